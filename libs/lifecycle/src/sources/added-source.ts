import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { callForeign, type ForeignCall, valueNow } from '../errors/foreign-call.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { readCount, readLastWord, readLongLived, readWorks } from './foreign-work.js';
import { type Work } from '../in-flight/work.js';
import {
  type Haste,
  type Intake,
  type LastWord,
  type LongLivedWork,
  type TimeLeft,
  type WorkSource,
} from '../in-flight/work-source.js';
import { type Source } from '../in-flight/work-sources.js';

interface AddedSourceParts {
  readonly clock: Clock;
  /** What the source was asked has failed. */
  readonly onUnreadable: (name: string, error: unknown) => void;
  /** A step has thrown, rejected or not ended in time. */
  readonly onFailed: (origin: string, error: unknown) => void;
  /** It has work in flight, or may have, that cannot be seen: the subject of a sentence. */
  readonly onUnseen: (what: string) => void;
  /** Nothing of it is in flight any more. */
  readonly settled: () => void;
}

/** How often the count is looked at while the service drains: a source may not tell of its changes. */
const LOOK_MS = 100;
const INTAKES: readonly unknown[] = ['lame-duck', 'drain', 'drain-begin', 'last', 'idle'] satisfies Intake[];

/**
 * A source of work that is not the library's own. Everything it does may throw, hang, reject, or answer anything: what
 * fails is named in the report, and no other source waits for it beyond its time. What it cannot say is unseen.
 */
export class AddedSource implements Source {
  readonly intake: Intake;
  readonly isAwaited: boolean;
  readonly namesItsCuts: boolean;
  #lastSize = 0;
  /** Pieces that have gone from the count, for a source that does not count them by itself. */
  #gone = 0;
  #cancelLook: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly source: WorkSource,
    private readonly parts: AddedSourceParts,
  ) {
    const intake = this.#ask('intake', (given) => given.intake);
    this.intake = INTAKES.includes(intake) ? (intake as Intake) : 'lame-duck';
    this.isAwaited = this.#ask('isAwaited', (given) => given.isAwaited) !== false;
    this.namesItsCuts = this.#ask('namesItsCuts', (given) => given.namesItsCuts) === true;
  }

  get size(): number {
    const size = readCount(this.#ask('size', (given) => given.size));
    if (size === undefined) {
      this.parts.onUnseen(`work of the source '${this.name}', whose size is no number,`);
      return 0;
    }
    if (size < this.#lastSize) this.#gone += this.#lastSize - size;
    this.#lastSize = size;
    return size;
  }

  get ended(): number {
    const counted = readCount(this.#ask('ended', (given) => given.ended));
    if (counted !== undefined) return counted;
    // Looks, so that what has gone since is counted.
    return this.size >= 0 ? this.#gone : 0;
  }

  get isListening(): boolean {
    return this.#ask('isListening', (given) => given.isListening) === true;
  }

  get lastArrivalAt(): number {
    return readCount(this.#ask('lastArrivalAt', (given) => given.lastArrivalAt)) ?? 0;
  }

  active(): Iterable<Work> {
    const { name, size } = this;
    const { clock } = this.parts;
    const isNow = (value: unknown): unknown => valueNow(this.#asked('active()'), value);
    const known = { name, size, clock, valueNow: isNow };
    const ask = (given: WorkSource): unknown => given.active();
    return this.#read('active()', ask, (listed) => readWorks(listed, known)) ?? readWorks([], known);
  }

  /** The count may have gone down. */
  look(): void {
    if (this.size === 0) this.parts.settled();
  }

  /** It is no source any more. */
  forget(): void {
    this.#cancelLook();
  }

  leave(reason: Error): void {
    this.#step('leave', (given) => given.leave?.(reason));
  }

  stopIntake(deadline: Deadline): Promise<void> {
    return this.#timed('stopIntake', deadline, (given, time) => given.stopIntake?.(time));
  }

  afterLameDuck(): void {
    this.#step('afterLameDuck', (given) => given.afterLameDuck?.());
  }

  beginDrain(deadline: Deadline): Promise<void> {
    this.#lookAgain();
    return this.#timed('beginDrain', deadline, (given, time) => given.beginDrain?.(time));
  }

  longLived(): Iterable<LongLivedWork> {
    const ask = (given: WorkSource): unknown => given.longLived?.();
    return this.#read('longLived()', ask, (listed) => readLongLived(listed, this.#askToEnd)) ?? [];
  }

  async linger(deadline: Deadline, haste: Haste): Promise<{ readonly hasServed: boolean }> {
    let hasServed = false;
    await this.#timed('linger', deadline, async (given, time) => {
      hasServed = (await given.linger?.(time, haste))?.hasServed === true;
    });
    return { hasServed };
  }

  disconnect(deadline: Deadline, haste: Haste): Promise<void> {
    return this.#timed('disconnect', deadline, (given, time) => given.disconnect?.(time, haste));
  }

  interrupt(reason: Error): void {
    this.#step('interrupt', (given) => given.interrupt?.(reason));
  }

  end(): void {
    this.#step('end', (given) => given.end?.());
  }

  terminate(): void {
    this.#step('terminate', (given) => given.terminate?.());
  }

  close(deadline: Deadline): Promise<void> {
    this.#cancelLook();
    return this.#timed('close', deadline, (given, time) => given.close?.(time));
  }

  afterHooks(deadline: Deadline): Promise<void> {
    return this.#timed('afterHooks', deadline, (given, time) => given.afterHooks?.(time));
  }

  beforeDispose(): void {
    this.#step('beforeDispose', (given) => given.beforeDispose?.());
  }

  finish(deadline: Deadline): Promise<void> {
    return this.#timed('finish', deadline, (given, time) => given.finish?.(time));
  }

  destroy(): void {
    this.#step('destroy', (given) => given.destroy?.());
  }

  lastWord(isFinal: boolean): LastWord {
    const word = this.#read('lastWord()', (given) => given.lastWord?.(isFinal), readLastWord) ?? {};
    if (word.unseen !== undefined) this.parts.onUnseen(word.unseen);
    return word;
  }

  /** What it is asked is asked at any time, so a failure is told in the log, and makes what it has unseen. */
  #read<T>(what: string, ask: (source: WorkSource) => unknown, read: (value: unknown) => T): T | undefined {
    const asked = this.#asked(what);
    // The answer may be a promise although its type does not say so.
    return callForeign<T | undefined>(asked, () => read(valueNow(asked, ask(this.source))));
  }

  #ask(what: string, ask: (source: WorkSource) => unknown): unknown {
    return this.#read(what, ask, (value) => value);
  }

  #asked(what: string): ForeignCall<undefined> {
    const onError = (name: string, error: unknown): void => {
      this.parts.onUnreadable(name, error);
      this.parts.onUnseen(`work of the source '${this.name}', whose ${what} failed,`);
    };
    return { name: `${what} of ${this.#title}`, fallback: undefined, onError };
  }

  /** A step of the shutdown: a failure is an error of the report. */
  #step(verb: string, step: (source: WorkSource) => unknown): void {
    const onError = this.parts.onFailed;
    callForeign<unknown>({ name: this.#origin(verb), fallback: undefined, onError }, () => step(this.source));
  }

  async #timed(
    verb: string,
    deadline: Deadline,
    step: (source: WorkSource, time: TimeLeft) => void | PromiseLike<unknown>,
  ): Promise<void> {
    const cancel = new AbortController();
    const { remainingMs } = deadline;
    const work = (async (): Promise<void> => {
      await step(this.source, { remainingMs, signal: cancel.signal });
    })();
    const settled = await deadline.settle(work);
    if (settled.how === 'done') return;
    const late = new LifecycleError('SOURCE_TIMED_OUT', `it did not end within ${formatDuration(remainingMs)}.`);
    const error = settled.how === 'failed' ? settled.error : late;
    cancel.abort(error);
    this.parts.onFailed(this.#origin(verb), error);
  }

  readonly #askToEnd = (item: LongLivedWork): void => this.#step('longLived', () => item.leave());

  #lookAgain(): void {
    this.#cancelLook = this.parts.clock.meanwhile(LOOK_MS, () => {
      this.look();
      this.#lookAgain();
    });
  }

  #origin(verb: string): string {
    return `${verb}() of ${this.#title}`;
  }

  get #title(): string {
    return `the source '${nameText(this.name)}'`;
  }
}
