import { fittingQuestion } from '../manifest/fitting-probe.js';
import { duckForRestarts, QUICK, QUICK_TEXT } from '../manifest/quick-readiness.js';
import { slowestRouter } from '../traffic/router.js';
import { serviceRule } from '../rule-kinds/rule.js';

/** Without a readiness probe a pod counts as ready as soon as its process runs. */
export const readinessProbeMissing = serviceRule({
  id: 'readiness-probe-missing',
  severity: 'error',
  summary: 'A container that serves requests has no readiness probe',
  *check(workload, { facts }) {
    const { main, services, settings } = workload;
    if (services.length === 0 || main.field.at('readinessProbe').exists) return;
    // Readiness that is there counts, too, when liveness restarts the container.
    const isRestarted = main.field.at('livenessProbe').exists && settings.readinessOnShutdown === 'fail';
    const routingMs = facts.routingDelayMs ?? slowestRouter(workload)?.delayMs ?? 0;
    const duck = isRestarted ? duckForRestarts(workload, QUICK, routingMs) : [];
    yield {
      at: main.field,
      message: `container ${main.name} has no readinessProbe`,
      why: 'The pod gets requests before the service listens, and a rollout takes the old pods away before the new ones can answer.',
      remedy: [`readinessProbe:\n  ${fittingQuestion(workload, 'ready')}\n${QUICK_TEXT}`, ...duck].join('\n'),
    };
  },
});
