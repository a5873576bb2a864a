import { serviceRule } from '../rule-kinds/rule.js';

/** Recreate stops every pod before it starts the first new one. */
export const strategyRecreate = serviceRule({
  id: 'strategy-recreate',
  severity: 'error',
  summary: 'A service that gets requests is updated by Recreate, which stops all pods first',
  *check({ kind, spec, services }) {
    const type = spec.at('strategy', 'type');
    if (kind !== 'Deployment' || type.text !== 'Recreate' || services.length === 0) return;
    yield {
      at: type,
      message: 'the strategy is Recreate',
      why: 'All pods are stopped before the first new one is started: until it is ready, every request is refused.',
      remedy: 'strategy:\n  type: RollingUpdate\n  rollingUpdate:\n    maxSurge: 1\n    maxUnavailable: 0',
    };
  },
});
