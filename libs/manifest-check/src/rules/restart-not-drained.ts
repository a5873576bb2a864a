import { serviceRule } from '../findings/rule.js';
import { failingTimeMs, probeOf } from '../manifest/probe.js';
import { formatMs } from '../settings/duration.js';
import { slowestRouter } from '../traffic/router.js';

/** A restart by liveness deletes no pod: only a failing readiness takes it out of rotation (G15). */
export const restartNotDrained = serviceRule({
  id: 'restart-not-drained',
  severity: 'note',
  summary: 'Readiness takes a pod out of rotation within the lame duck, for restarts that delete no pod',
  *check(workload, { facts }) {
    const { main, settings } = workload;
    const readiness = probeOf(main, 'readinessProbe');
    const router = slowestRouter(workload);
    const isRestarted = main.field.at('livenessProbe').exists;
    if (router === undefined || readiness.kind === 'none' || !isRestarted || settings.readinessOnShutdown === 'pass')
      return;
    const routingMs = facts.routingDelayMs ?? router.delayMs;
    const neededMs = failingTimeMs(readiness) + routingMs;
    if (!settings.enabled || neededMs <= settings.lameDuck.minMs) return;
    const { failureThreshold, periodMs, timeoutMs } = readiness;
    yield {
      at: readiness.field,
      message:
        `readiness fails after ${failureThreshold} × ${formatMs(periodMs)} + ${formatMs(timeoutMs)}, and routing takes ` +
        `${formatMs(routingMs)}: ${formatMs(neededMs)} in all, longer than the lame duck of ${formatMs(settings.lameDuck.minMs)}`,
      why: 'When liveness restarts a container no pod is deleted, so requests come until readiness has failed; those that come after the lame duck are refused.',
      remedy:
        'readinessProbe:\n  periodSeconds: 2\n  failureThreshold: 1\n  timeoutSeconds: 2   # and a longer SHUTDOWN_LAME_DUCK',
    };
  },
});
