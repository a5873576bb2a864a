import { type Clock } from '../../deadline/clock.js';
import { type LongLivedWork } from '../../in-flight/work-source.js';
import { type Longevity } from './long-lived.decorator.js';

/** How the observable that a handler returned is ended. */
export type StreamEnd =
  /** It was marked with `@LongLived()`, or has emitted nothing for a while. */
  | 'completed'
  /** It was still emitting, and was not marked as endless. */
  | 'cut-short';

interface AnswerStreamParts {
  readonly clock: Clock;
  readonly longevity: Longevity;
  /** Whether its handler has read `@ShutdownSignal()`, and so is expected to end by itself. */
  readonly readsSignal: () => boolean;
  /** How much of the drain's time long-lived work has to end. */
  readonly shareMs: () => number;
  readonly end: (how: StreamEnd) => void;
}

/** How long a stream may take to end by itself after the signal of its handler has fired. */
const SELF_END_MS = 1000;
/** A stream that emits nothing for this long is ended. */
const SILENCE_MS = 1000;
/** A stream that keeps emitting and was not marked may go on for this long. */
const EMITTING_MS = 5000;

/**
 * An observable that answers a message. Whether it ever completes cannot be known. So when the service leaves:
 *
 * - a stream that is marked with `@LongLived()` is ended when its turn comes;
 * - a stream that is marked with `@LongLived(false)` is waited for like any other work;
 * - a stream that has emitted nothing yet has half of the drain, because an answer may take its time, and is then cut
 * short;
 * - a stream that has emitted something and is then silent for a second is ended;
 * - a stream that keeps emitting has five seconds, half of the drain at most, and is then cut short.
 */
export class AnswerStream implements LongLivedWork {
  #hasEmitted = false;
  #lastAt = 0;
  #leftAt: number | undefined;
  #isOver = false;
  #cancel: () => void = () => undefined;

  constructor(private readonly parts: AnswerStreamParts) {}

  /** Whether it has emitted something and goes on. */
  get isStreaming(): boolean {
    return this.#hasEmitted && !this.#isOver;
  }

  /** It emits a value. */
  emitted(): void {
    if (this.#leftAt === undefined) {
      this.#hasEmitted = true;
      return;
    }
    const isFirst = !this.#hasEmitted;
    this.#hasEmitted = true;
    this.#lastAt = this.parts.clock.now();
    if (isFirst) this.#leaveUnmarked();
  }

  leave(): void {
    if (this.#leftAt !== undefined || this.#isOver) return;
    const { clock, longevity, readsSignal } = this.parts;
    this.#leftAt = clock.now();
    this.#lastAt = this.#leftAt;
    if (longevity === 'finite') return;
    if (longevity === 'short') {
      if (this.#hasEmitted) this.#leaveUnmarked();
      else this.#cancel = clock.meanwhile(this.parts.shareMs(), () => this.#end('cut-short'));
    } else if (readsSignal()) {
      this.#cancel = clock.meanwhile(SELF_END_MS, () => this.#end('completed'));
    } else {
      this.#end('completed');
    }
  }

  /** It has ended, from either side. */
  over(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #leaveUnmarked(): void {
    const { clock, longevity, shareMs } = this.parts;
    if (longevity !== 'short') return;
    this.#cancel();
    this.#watch(clock.now() + Math.min(EMITTING_MS, shareMs()));
  }

  #watch(until: number): void {
    const { clock } = this.parts;
    const now = clock.now();
    const silentAt = this.#lastAt + SILENCE_MS;
    if (now >= silentAt) return this.#end('completed');
    if (now >= until) return this.#end('cut-short');
    this.#cancel = clock.meanwhile(Math.min(silentAt, until) - now, () => this.#watch(until));
  }

  #end(how: StreamEnd): void {
    if (!this.#isOver) this.parts.end(how);
  }
}
