import { fittingQuestion } from '../manifest/fitting-probe.js';
import { serviceRule } from '../rule-kinds/rule.js';
import { probeOf } from '../manifest/probe.js';
import { formatMs } from '../settings/duration.js';

/** What a start may take on a busy node, by default. */
const USUAL_BOOT_MS = 30_000;

/** Liveness must not kill what is still starting. */
export const startNotCovered = serviceRule({
  id: 'start-not-covered',
  severity: 'warning',
  summary: 'Liveness restarts the service before it has had time to start',
  *check(workload, { facts }) {
    const { main } = workload;
    const startup = probeOf(main, 'startupProbe');
    // It is there, and another rule says why it cannot be read.
    if (startup.kind === 'none' && startup.field.exists) return;
    const probe = startup.kind === 'none' ? probeOf(main, 'livenessProbe') : startup;
    if (probe.kind === 'none') return;
    const bootMs = facts.bootMs ?? USUAL_BOOT_MS;
    const patienceMs = probe.initialDelayMs + probe.failureThreshold * probe.periodMs;
    if (patienceMs >= bootMs) return;
    yield {
      at: probe.field,
      message:
        `the container is restarted when it has not started within ${formatMs(patienceMs)}, and a start may take ` +
        `${formatMs(bootMs)}${facts.bootMs === undefined ? ' (assumed)' : ''}`,
      why: 'On a busy node, with cold caches or a slow database, new pods are killed while they start, again and again, and the rollout hangs.',
      remedy: `startupProbe:\n  ${fittingQuestion(workload, 'startup')}\n  periodSeconds: 2\n  timeoutSeconds: 2\n  failureThreshold: ${Math.ceil(bootMs / 1000)}`,
    };
  },
});
