import { singleVolumeOf, waysOut } from '../manifest/single-volume.js';
import { serviceRule } from '../rule-kinds/rule.js';

/** Recreate stops every pod before it starts the first new one. */
export const strategyRecreate = serviceRule({
  isOfAnyServer: true,
  id: 'strategy-recreate',
  severity: 'error',
  summary: 'A service that gets requests is updated by Recreate, which stops all pods first',
  *check(workload, { cluster }) {
    const { kind, spec, services } = workload;
    const type = spec.at('strategy', 'type');
    if (kind !== 'Deployment' || type.text !== 'Recreate' || services.length === 0) return;
    const claim = singleVolumeOf(workload, cluster);
    yield {
      at: type,
      ...(claim !== undefined && { severity: 'warning' }),
      message:
        claim === undefined
          ? 'the strategy is Recreate'
          : `the strategy is Recreate, since only one pod can have the volume ${claim}`,
      why: 'All pods are stopped before the first new one is started: until it is ready, every request is refused.',
      remedy:
        claim === undefined
          ? 'strategy:\n  type: RollingUpdate\n  rollingUpdate:\n    maxSurge: 1\n    maxUnavailable: 0'
          : waysOut(workload, claim),
    };
  },
});
