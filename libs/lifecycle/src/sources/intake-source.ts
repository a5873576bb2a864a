import { type Clock } from '../deadline/clock.js';
import { valueNow } from '../errors/foreign-call.js';
import { type Work } from '../in-flight/work.js';
import { type LastWord, type WorkSource } from '../in-flight/work-source.js';
import { isPromiseLike } from '../traffic/wire/promise-like.js';
import { type IntakeItem, type IntakeOptions } from './intake-options.js';

interface IntakeParts {
  readonly clock: Clock;
  /** What `stop()` has returned has been rejected. */
  readonly onFailed: (error: unknown) => void;
  /** `inFlight()` has returned a promise, and that has been rejected. */
  readonly onUnreadable: (name: string, error: unknown) => void;
  /** Less may be in flight than before. */
  readonly onChanged: () => void;
}

/** More is not named. */
const MOST = 10_000;

/** What pulls work in, as a source: what `stop()` has returned and what `inFlight()` says is in flight. */
export class IntakeSource implements WorkSource {
  readonly intake: 'lame-duck' | 'drain';
  /** Its pieces are counted by what goes from `size`. */
  readonly ended = Number.NaN;
  /** `stop()` has returned a promise that has not settled. */
  #stopping: Work | undefined;
  #hasReturnedNothing = false;
  /** When each name was first seen, of those that were there the last time. */
  #firstSeen: ReadonlyMap<string, number> = new Map();

  constructor(
    readonly name: string,
    private readonly options: IntakeOptions,
    private readonly parts: IntakeParts,
  ) {
    this.intake = options.intake ?? 'lame-duck';
  }

  get size(): number {
    const known = this.#known();
    const count = typeof known === 'number' ? known : known.length;
    // While it stops, what it waits for may be what is counted.
    return this.#stopping === undefined ? count : Math.max(count, 1);
  }

  active(): Iterable<Work> {
    const known = this.#known();
    const works = typeof known === 'number' ? [] : known;
    return works.length === 0 && this.#stopping !== undefined ? [this.#stopping] : works;
  }

  /** Returns at once: what runs is waited for in the drain. */
  stopIntake(): void {
    const { name, options, parts } = this;
    const stopped = options.stop();
    if (!isPromiseLike(stopped)) {
      this.#hasReturnedNothing = true;
      return;
    }
    this.#stopping = { kind: 'intake', startedAt: parts.clock.now(), describe: () => ({ name }) };
    const settled = (): void => {
      this.#stopping = undefined;
      parts.onChanged();
    };
    void stopped.then(settled, (error: unknown) => {
      parts.onFailed(error);
      settled();
    });
  }

  interrupt(reason: Error): unknown {
    return this.options.interrupt?.(reason);
  }

  lastWord(): LastWord {
    const isSeen = this.options.inFlight !== undefined || !this.#hasReturnedNothing;
    return isSeen ? {} : { unseen: `what the intake '${this.name}' had taken in` };
  }

  #known(): number | Work[] {
    const known = this.options.inFlight?.();
    valueNow({ name: `inFlight() of the intake '${this.name}'`, onError: this.parts.onUnreadable }, known);
    if (known === undefined) return 0;
    if (typeof known === 'number') return known;
    const works: Work[] = [];
    const seen = new Map<string, number>();
    for (const item of known) {
      if (works.length >= MOST) break;
      works.push(this.#work(item, seen));
    }
    this.#firstSeen = seen;
    return works;
  }

  #work(item: string | IntakeItem, seen: Map<string, number>): Work {
    const { name, startedAt, correlationId }: IntakeItem = typeof item === 'string' ? { name: item } : item;
    const since = startedAt ?? this.#firstSeen.get(name) ?? this.parts.clock.now();
    seen.set(name, since);
    const described = correlationId === undefined ? { name } : { name, correlationId };
    return { kind: 'intake', startedAt: since, describe: () => described };
  }
}
