import { serviceRule } from '../rule-kinds/rule.js';
import { gracePeriodMs } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';

/** A request that comes last has the drain to end in. */
export const requestsOutliveDrain = serviceRule({
  id: 'requests-outlive-drain',
  severity: 'warning',
  summary: 'The longest request takes longer than the drain',
  *check(workload, { facts }) {
    const { settings, pod, services } = workload;
    const { longestRequestMs } = facts;
    if (longestRequestMs === undefined || !settings.enabled || services.length === 0) return;
    const { drainTimeoutMs, variables } = settings;
    if (longestRequestMs <= drainTimeoutMs) return;
    const missingMs = longestRequestMs - drainTimeoutMs;
    const graceSeconds = Math.ceil((settings.gracePeriodMs + missingMs) / 1000);
    const podSeconds = Math.max(graceSeconds, Math.ceil((gracePeriodMs(workload) ?? 0) / 1000));
    const own = variables.has('SHUTDOWN_DRAIN_TIMEOUT')
      ? `\n  - name: SHUTDOWN_DRAIN_TIMEOUT\n    value: ${Math.ceil(longestRequestMs / 1000)}s`
      : '';
    yield {
      at:
        variables.get('SHUTDOWN_DRAIN_TIMEOUT') ??
        variables.get('SHUTDOWN_GRACE_PERIOD') ??
        pod.at('terminationGracePeriodSeconds'),
      message: `the longest request takes ${formatMs(longestRequestMs)}, but the drain ${formatMs(drainTimeoutMs)}`,
      why: 'What is still in flight at the end of the drain is cut.',
      remedy: `env:\n  - name: SHUTDOWN_GRACE_PERIOD\n    value: ${graceSeconds}s${own}\n# and in the pod's spec:\nterminationGracePeriodSeconds: ${podSeconds}`,
    };
  },
});
