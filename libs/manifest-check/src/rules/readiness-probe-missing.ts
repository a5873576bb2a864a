import { serviceRule } from '../rule-kinds/rule.js';

/** Without a readiness probe a pod counts as ready as soon as its process runs. */
export const readinessProbeMissing = serviceRule({
  id: 'readiness-probe-missing',
  severity: 'error',
  summary: 'A container that serves requests has no readiness probe',
  *check({ main, services, settings }) {
    if (services.length === 0 || main.field.at('readinessProbe').exists) return;
    yield {
      at: main.field,
      message: `container ${main.name} has no readinessProbe`,
      why: 'The pod gets requests before the service listens, and a rollout takes the old pods away before the new ones can answer.',
      remedy: `readinessProbe:\n  httpGet: { path: ${settings.healthPath ?? '/health'}/ready, port: http }\n  periodSeconds: 2\n  timeoutSeconds: 2\n  failureThreshold: 2`,
    };
  },
});
