import { serviceRule } from '../rule-kinds/rule.js';
import { formatMs } from '../settings/duration.js';

/** A request that comes last has the drain to end in. */
export const requestsOutliveDrain = serviceRule({
  id: 'requests-outlive-drain',
  severity: 'warning',
  summary: 'The longest request takes longer than the drain',
  *check({ settings, pod, services }, { facts }) {
    const { longestRequestMs } = facts;
    if (longestRequestMs === undefined || !settings.enabled || services.length === 0) return;
    const { drainTimeoutMs, variables } = settings;
    if (longestRequestMs <= drainTimeoutMs) return;
    const missingMs = longestRequestMs - drainTimeoutMs;
    const graceSeconds = Math.ceil((settings.gracePeriodMs + missingMs) / 1000);
    const own = variables.has('SHUTDOWN_DRAIN_TIMEOUT')
      ? ` and SHUTDOWN_DRAIN_TIMEOUT=${Math.ceil(longestRequestMs / 1000)}s`
      : '';
    yield {
      at:
        variables.get('SHUTDOWN_DRAIN_TIMEOUT') ??
        variables.get('SHUTDOWN_GRACE_PERIOD') ??
        pod.at('terminationGracePeriodSeconds'),
      message: `the longest request takes ${formatMs(longestRequestMs)}, but the drain ${formatMs(drainTimeoutMs)}`,
      why: 'What is still in flight at the end of the drain is cut.',
      remedy: `terminationGracePeriodSeconds: ${graceSeconds}   # with SHUTDOWN_GRACE_PERIOD=${graceSeconds}s${own}`,
    };
  },
});
