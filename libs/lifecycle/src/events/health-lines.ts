import { formatDuration } from '../deadline/duration.js';
import { type Line, type Lines } from './line.js';
import { firstItems, firstNames } from './line-limits.js';
import { type HealthAlertRaised } from './health-events.js';

/** How the events of the health monitor, and of what depends on it, read. */
export const HEALTH_LINES: Pick<
  Lines,
  'health-alert-raised' | 'health-alert-cleared' | 'readiness-shed' | 'readiness-restored' | 'breakers-opened'
> = {
  'health-alert-raised': alertRaised,
  'health-alert-cleared': ({ component, score, durationMs }) => ({
    level: 'log',
    text: `health of ${component} is well again after ${formatDuration(durationMs)}: score ${shown(score)}`,
    fields: { component, score, durationMs },
  }),
  'readiness-shed': ({ by, why }) => ({ level: 'warn', text: `not ready (${by}): ${why}`, fields: { by, why } }),
  'readiness-restored': ({ by, why, durationMs }) => ({
    level: 'log',
    text: `ready again (${by}) after ${formatDuration(durationMs)}: ${why}`,
    fields: { by, why, durationMs },
  }),
  'breakers-opened': ({ names }) => ({
    level: 'debug',
    text: `circuit breakers opened, since the time of what is in flight is up: ${firstNames(names, (name) => name).join(', ')}`,
    fields: { names: firstItems(names), total: names.length },
  }),
};

function alertRaised({ component, score, threshold, cause, failed, latencyMs, failure }: HealthAlertRaised): Line {
  const slow = `it answers in ${formatDuration(latencyMs)}, which is unusual`;
  const failing = `${failed} of the last 5 checks failed${failure === undefined ? '' : `: ${failure}`}`;
  return {
    level: 'warn',
    text: `health of ${component}: score ${shown(score)} is below ${shown(threshold)}, ${cause === 'latency' ? slow : failing}`,
    fields: { component, score, threshold, cause, failed, latencyMs, failure },
  };
}

function shown(score: number): string {
  return String(Math.round(score * 100) / 100);
}
