import { type Clock } from 'nestjs-lifecycle/options';

export { type Clock, systemClock } from 'nestjs-lifecycle/options';

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
