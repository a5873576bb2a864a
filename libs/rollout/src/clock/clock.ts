/** Time as a rehearsal sees it: monotonic milliseconds and one-shot timers. Tests bring one they move by hand. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes backwards. */
  now(): number;
  /** Calls `action` once after `ms`. The returned function cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, Math.max(ms, 0));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`, or at once when `signal` fires; never rejects. */
export function elapsed(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal?.addEventListener('abort', end, { once: true });
  });
}
