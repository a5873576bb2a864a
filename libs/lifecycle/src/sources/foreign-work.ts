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
  /** Returns the value. @throws TypeError for a promise in its place */
  readonly valueNow: (value: unknown) => unknown;
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
export function readWorks(listed: unknown, known: WorksOf): Work[] {
  const { name, size, clock } = known;
  const most = Math.min(Math.ceil(size), MOST);
  const works =
    most > 0 ? firstOf(listed, most).flatMap((item) => (isObject(item) ? [readWork(item, known)] : [])) : [];
  const now = clock.now();
  while (works.length < most) works.push({ kind: name, startedAt: now, describe: () => ({ name }) });
  return works;
}

/** So many items of what may be no list, or one without an end. @throws what the list throws */
function firstOf(listed: unknown, most: number): unknown[] {
  const items: unknown[] = [];
  // What cannot be listed throws, as it should.
  for (const item of listed as Iterable<unknown>) {
    if (items.length >= most) break;
    items.push(item);
  }
  return items;
}

/** The names are read when they are asked for. */
function readWork(item: object, { name: source, clock, valueNow }: WorksOf): Work {
  const { kind, startedAt, answer }: Partial<Record<keyof Work, unknown>> = item;
  const work = {
    kind: typeof kind === 'string' && kind !== '' ? nameText(kind) : source,
    startedAt: monotonic(startedAt, clock),
    describe: () => readName(item, source, valueNow),
  };
  return isObject(answer) ? { ...work, answer } : work;
}

function readName(item: object, source: string, valueNow: WorksOf['valueNow']): WorkName {
  const { describe }: { readonly describe?: unknown } = item;
  const described = valueNow(typeof describe === 'function' ? Reflect.apply(describe, item, []) : undefined);
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
export function readLongLived(listed: unknown, leave: (item: LongLivedWork) => void): LongLivedWork[] {
  return firstOf(listed ?? [], MOST).flatMap((item) => (isLongLived(item) ? [{ leave: () => leave(item) }] : []));
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
