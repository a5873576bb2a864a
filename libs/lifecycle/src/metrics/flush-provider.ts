import { type Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { LifecycleError } from '../errors/lifecycle-error.js';

/** How long a collector may take. */
export const FLUSH_MS = 3000;

/**
 * Makes a provider of the OpenTelemetry SDK send what it holds. One that only comes with the API sends nothing.
 *
 * @throws LifecycleError `METRICS_NOT_SENT` or `SPANS_NOT_SENT` when it is late, and what the provider rejects with
 */
export async function flushProvider(
  provider: object,
  deadline: Deadline,
  what: 'metrics' | 'spans' = 'metrics',
): Promise<void> {
  if (!('forceFlush' in provider) || typeof provider.forceFlush !== 'function') return;
  const { forceFlush } = provider;
  const limit = deadline.within(FLUSH_MS);
  const { remainingMs } = limit;
  const settled = await limit.settle((async (): Promise<unknown> => Reflect.apply(forceFlush, provider, []))());
  if (settled.how === 'failed') throw settled.error;
  if (settled.how === 'done') return;
  throw new LifecycleError(
    what === 'metrics' ? 'METRICS_NOT_SENT' : 'SPANS_NOT_SENT',
    `No collector has taken the ${what} within ${formatDuration(remainingMs)}.`,
  );
}
