import { serviceRule } from '../rule-kinds/rule.js';
import { longerLameDuck } from '../manifest/longer-lame-duck.js';
import { failingTimeMs, probeOf } from '../manifest/probe.js';
import { type Workload } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';
import { slowestRouter } from '../traffic/router.js';

/** A restart by liveness deletes no pod: only a failing readiness takes it out of rotation. */
export const restartNotDrained = serviceRule({
  id: 'restart-not-drained',
  severity: 'note',
  summary: 'Readiness takes longer than the lame duck to take a pod out of rotation when its container is restarted',
  *check(workload, { facts }) {
    const { main, settings } = workload;
    const readiness = probeOf(main, 'readinessProbe');
    const router = slowestRouter(workload, facts.kubeProxyDelayMs);
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
      remedy: remedyFor(workload, routingMs),
    };
  },
});

const QUICK = { periodMs: 2000, failureThreshold: 1, timeoutMs: 2000 };

/** A quicker probe where there is a quicker one, and the lame duck that is long enough for it. */
function remedyFor(workload: Workload, routingMs: number): string {
  const { lameDuck } = workload.settings;
  const readiness = probeOf(workload.main, 'readinessProbe');
  const isQuick = failingTimeMs(readiness) <= failingTimeMs({ ...readiness, ...QUICK });
  const neededMs = failingTimeMs(isQuick ? readiness : { ...readiness, ...QUICK }) + routingMs;
  const probe = 'readinessProbe:\n  periodSeconds: 2\n  failureThreshold: 1\n  timeoutSeconds: 2';
  const duck = neededMs > lameDuck.minMs ? [longerLameDuck(workload, Math.ceil(neededMs / 1000))] : [];
  return [...(isQuick ? [] : [probe]), ...duck].join('\n');
}
