import { clearTimeout, setImmediate, setTimeout } from 'node:timers';

/** Time as this library sees it: monotonic milliseconds and one-shot timers. Tests bring one they move by hand. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes backwards. */
  now(): number;
  /** Calls `action` once after `ms`. The returned function cancels it. The timer keeps the process alive. */
  after(ms: number, action: () => void): () => void;
  /** As {@link after}, with a timer that keeps nothing alive: for what only matters while something else does. */
  meanwhile(ms: number, action: () => void): () => void;
}

/** Largest delay a Node timer takes; more would fire at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The real clock. Its timers come from the module, so that fake ones of a user's tests do not stop a shutdown. */
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

/** The clock of applications that are created now: the real one, unless a test has brought its own. */
export function currentClock(): Clock {
  return (globalThis as { [REPLACED]?: Clock })[REPLACED] ?? systemClock;
}

/** Gives applications that are created from now on another clock. The returned function takes it back. */
export function replaceClock(clock: Clock): () => void {
  const shared = globalThis as { [REPLACED]?: Clock };
  shared[REPLACED] = clock;
  return () => {
    delete shared[REPLACED];
  };
}

/** Resolves in the next turn of the event loop, when everything this one had to say has been said. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
