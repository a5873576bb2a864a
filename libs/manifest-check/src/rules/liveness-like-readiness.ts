import { serviceRule } from '../rule-kinds/rule.js';
import { type Probe, probeOf } from '../manifest/probe.js';

/** Readiness says "not now", liveness says "kill me": one answer cannot be both. */
export const livenessLikeReadiness = serviceRule({
  id: 'liveness-like-readiness',
  severity: 'error',
  summary: 'Liveness asks the same path as readiness, so a pod that sheds load is restarted',
  *check({ main, settings }) {
    const liveness = probeOf(main, 'livenessProbe');
    const path = liveness.field.at('httpGet', 'path').text;
    if (path === undefined) return;
    const isSame = isSameTarget(liveness, probeOf(main, 'readinessProbe'));
    if (!isSame && !/\/(?:ready|readyz|readiness)\/?$/.test(path)) return;
    yield {
      at: liveness.field.at('httpGet', 'path'),
      message: isSame
        ? `liveness and readiness both ask ${path}`
        : `liveness asks ${path}, which answers for readiness`,
      why: 'A database that is away, or a shutdown in progress, makes readiness fail as it should, and here the kubelet restarts the pods for it, all of them at once.',
      remedy: `path: ${settings.healthPath ?? '/health'}/live`,
    };
  },
});

function isSameTarget(one: Probe, other: Probe): boolean {
  return ['path', 'port'].every((key) => one.field.at('httpGet', key).text === other.field.at('httpGet', key).text);
}
