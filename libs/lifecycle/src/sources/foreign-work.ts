import { type Clock } from '../deadline/clock.js';
import { nameText } from '../errors/safe-text.js';
import { type Work, type WorkName } from '../in-flight/work.js';
import { type LastWord, type LongLivedWork } from '../in-flight/work-source.js';
import { isObject } from '../errors/foreign-value.js';

/** More is not named, nor asked to end: a source may answer anything, also a list without an end. */
const MOST = 10_000;

interface WorksOf {
  /** Of the source. */
  readonly name: string;
  /** How many there are; what is not listed is called like the source. */
  readonly size: number;
  readonly clock: Clock;
}

/** A count that a source has given; `undefined` for what is none. */
export function readCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/**
 * As many pieces of work as the source has in flight: those that it lists, as far as they can be read, and stand-ins.
 *
 * @throws what the list throws
 */
export function readWorks(listed: Iterable<unknown>, { name, size, clock }: WorksOf): Work[] {
  const most = Math.min(Math.ceil(size), MOST);
  const works: Work[] = [];
  if (most > 0) {
    for (const item of listed) {
      if (works.length >= most) break;
      if (isObject(item)) works.push(readWork(item, name, clock));
    }
  }
  const now = clock.now();
  while (works.length < most) works.push({ kind: name, startedAt: now, describe: () => ({ name }) });
  return works;
}

/** The names are read when they are asked for. */
function readWork(item: object, source: string, clock: Clock): Work {
  const { kind, startedAt, answer }: Partial<Record<keyof Work, unknown>> = item;
  const work = {
    kind: typeof kind === 'string' && kind !== '' ? nameText(kind) : source,
    startedAt: monotonic(startedAt, clock),
    describe: () => readName(item, source),
  };
  return isObject(answer) ? { ...work, answer } : work;
}

function readName(item: object, source: string): WorkName {
  const { describe }: { readonly describe?: unknown } = item;
  const described: unknown = typeof describe === 'function' ? Reflect.apply(describe, item, []) : undefined;
  const { name, correlationId }: Partial<Record<keyof WorkName, unknown>> = isObject(described) ? described : {};
  const known = { name: typeof name === 'string' && name !== '' ? nameText(name) : source };
  return typeof correlationId === 'string' ? { ...known, correlationId: nameText(correlationId) } : known;
}

/** Of `performance.now()`, or of `Date.now()`: no process has run for as long as that counts. */
function monotonic(startedAt: unknown, clock: Clock): number {
  const now = clock.now();
  const given = startedAt instanceof Date ? startedAt.getTime() : startedAt;
  if (typeof given !== 'number' || !Number.isFinite(given)) return now;
  return given > YEAR_2000 ? now - (Date.now() - given) : given;
}

const YEAR_2000 = Date.UTC(2000);

/** @throws what the list throws */
export function readLongLived(
  listed: Iterable<unknown> | undefined,
  leave: (item: LongLivedWork) => void,
): LongLivedWork[] {
  const found: LongLivedWork[] = [];
  for (const item of listed ?? []) {
    if (found.length >= MOST) break;
    if (isLongLived(item)) found.push({ leave: () => leave(item) });
  }
  return found;
}

/** What is no count, or no text, is left out. */
export function readLastWord(value: unknown): LastWord {
  if (!isObject(value)) return {};
  const { refused, closed, terminated, unseen }: Partial<Record<keyof LastWord, unknown>> = value;
  return {
    refused: readCount(refused) ?? 0,
    closed: readCount(closed) ?? 0,
    terminated: readCount(terminated) ?? 0,
    unseen: typeof unseen === 'string' && unseen !== '' ? nameText(unseen) : undefined,
  };
}

function isLongLived(value: unknown): value is LongLivedWork {
  return isObject(value) && typeof Reflect.get(value, 'leave') === 'function';
}
