import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** Monotonic milliseconds and one-shot timers. Tests pass a clock that they move. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes backwards. */
  now(): number;
  /** Calls `action` once after `ms`. The returned function cancels it. The timer keeps the process alive. */
  after(ms: number, action: () => void): () => void;
  /** As {@link after}, with a timer that does not keep the process alive. */
  meanwhile(ms: number, action: () => void): () => void;
}

/**
 * The largest delay of a Node timer; a larger one would fire at once.
 * https://nodejs.org/api/timers.html#settimeoutcallback-delay-args
 */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real clock. Its timers are imported, so that fake timers of a user's tests do not stop a shutdown. */
export const systemClock: Clock = (() => {
  const { performance } = globalThis;
  return {
    now: () => performance.now(),
    after: (ms, action) => {
      const timer = setTimeout(action, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
      return () => clearTimeout(timer);
    },
    meanwhile: (ms, action) => {
      const timer = setTimeout(action, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
})();

const REPLACED = Symbol.for('nestjs-lifecycle.clock');

/** The clock of applications that are created now: the real one, unless a test has set another. */
export function currentClock(): Clock {
  return (globalThis as { [REPLACED]?: Clock })[REPLACED] ?? systemClock;
}

/** Sets another clock for applications that are created from now on. The returned function restores the one before. */
export function replaceClock(clock: Clock): () => void {
  const shared = globalThis as { [REPLACED]?: Clock };
  shared[REPLACED] = clock;
  return () => {
    delete shared[REPLACED];
  };
}

/** Resolves in the next turn of the event loop, after all events of this one. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
