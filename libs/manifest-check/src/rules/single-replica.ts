import { serviceRule } from '../findings/rule.js';

/** One pod is none while its node is drained or its process is restarted (G17). */
export const singleReplica = serviceRule({
  id: 'single-replica',
  severity: 'warning',
  summary: 'A service that gets requests has at least two pods',
  *check({ kind, replicas, replicasField, services }) {
    if (replicas !== 1 || services.length === 0 || kind === 'Pod') return;
    yield {
      at: replicasField,
      message: `there is only one pod${replicasField.exists ? '' : ' (the default)'}`,
      why: 'When its node is drained or its container restarts, nobody is left to answer until the next one is ready.',
      remedy: `${replicasField.keys.at(-1) ?? 'replicas'}: 2`,
    };
  },
});
