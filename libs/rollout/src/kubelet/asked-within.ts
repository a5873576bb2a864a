import { type Clock } from '../clock/clock.js';

/** Awaits an answer that may never come, and returns `otherwise` when the time is up or `stop` fires. The question is aborted then. */
export async function askedWithin<T>(
  { clock, ms, stop }: { readonly clock: Clock; readonly ms: number; readonly stop: AbortSignal },
  otherwise: T,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const end = (): void => limit.abort();
  if (stop.aborted) end();
  stop.addEventListener('abort', end, { once: true });
  const cancel = clock.after(ms, end);
  const late = new Promise<T>((resolve) => {
    limit.signal.addEventListener('abort', () => resolve(otherwise), { once: true });
    if (limit.signal.aborted) resolve(otherwise);
  });
  try {
    return await Promise.race([late, ask(limit.signal)]);
  } finally {
    cancel();
    stop.removeEventListener('abort', end);
  }
}
