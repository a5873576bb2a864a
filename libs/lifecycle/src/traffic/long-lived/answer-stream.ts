import { type Clock } from '../../deadline/clock.js';
import { type LongLived } from '../../in-flight/work-source.js';
import { type Longevity } from './long-lived.decorator.js';

/** How the observable that a handler has returned is ended. */
export type StreamEnd =
  /** It was marked with `@LongLived()`, or had nothing more to say. */
  | 'completed'
  /** It still had something to say, and nobody has said that it never ends. */
  | 'cut-short';

interface AnswerStreamParts {
  readonly clock: Clock;
  readonly longevity: Longevity;
  /** Whether its handler has asked for `@ShutdownSignal()`, and so will end by itself. */
  readonly hasAsked: () => boolean;
  /** Of the drain: how much of it departures may take. */
  readonly shareMs: () => number;
  readonly end: (how: StreamEnd) => void;
}

/** How long one that has asked for a signal may take to end by itself. */
const LAST_WORDS_MS = 1000;
/** One that says nothing for this long has nothing more to say for now. */
const SILENCE_MS = 1000;
/** One that keeps talking and was not marked may take this long to come to its end. */
const PATIENCE_MS = 5000;

/**
 * An observable that answers a message. Whether it ever completes cannot be seen. So when the service leaves:
 *
 * - one that is marked with `@LongLived()` is ended when its turn comes;
 * - one that is marked with `@LongLived(false)` is waited for like any other work;
 * - one that has said nothing yet has half of the drain, because an answer may take its time, and is then cut short;
 * - one that has said something and is then silent for a second is ended;
 * - one that keeps talking has five seconds, half of the drain at most, and is then cut short.
 */
export class AnswerStream implements LongLived {
  #hasSpoken = false;
  #lastAt = 0;
  #leftAt: number | undefined;
  #isOver = false;
  #cancel: () => void = () => undefined;

  constructor(private readonly parts: AnswerStreamParts) {}

  /** Whether it has said something and goes on. */
  get isStreaming(): boolean {
    return this.#hasSpoken && !this.#isOver;
  }

  /** It says something. */
  said(): void {
    if (this.#leftAt === undefined) {
      this.#hasSpoken = true;
      return;
    }
    const isFirst = !this.#hasSpoken;
    this.#hasSpoken = true;
    this.#lastAt = this.parts.clock.now();
    if (isFirst) this.#leaveUnmarked();
  }

  leave(): void {
    if (this.#leftAt !== undefined || this.#isOver) return;
    const { clock, longevity, hasAsked } = this.parts;
    this.#leftAt = clock.now();
    this.#lastAt = this.#leftAt;
    if (longevity === 'finite') return;
    if (longevity === 'short') {
      if (this.#hasSpoken) this.#leaveUnmarked();
      else this.#cancel = clock.meanwhile(this.parts.shareMs(), () => this.#end('cut-short'));
    } else if (hasAsked()) {
      this.#cancel = clock.meanwhile(LAST_WORDS_MS, () => this.#end('completed'));
    } else {
      this.#end('completed');
    }
  }

  /** It is over, whoever has ended it. */
  over(): void {
    this.#isOver = true;
    this.#cancel();
  }

  #leaveUnmarked(): void {
    const { clock, longevity, shareMs } = this.parts;
    if (longevity !== 'short') return;
    this.#cancel();
    this.#watch(clock.now() + Math.min(PATIENCE_MS, shareMs()));
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
