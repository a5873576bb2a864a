import { replaceValue } from '../edits/text-edit.js';
import { type Rule } from '../rule-kinds/rule.js';
import { type Cluster } from '../manifest/cluster.js';
import { type Resource } from '../manifest/resource.js';

/** Such a Service calls every pod ready, also one that is being deleted. */
export const notReadyPodsPublished: Rule = {
  id: 'not-ready-pods-published',
  severity: 'error',
  summary: 'A Service for requests publishes pods that are not ready',
  *check({ cluster }) {
    for (const service of cluster.ofKind('Service')) {
      const at = service.root.at('spec', 'publishNotReadyAddresses');
      if (at.boolean !== true || !isForRequests(service, cluster)) continue;
      yield {
        at,
        about: service,
        message: 'publishNotReadyAddresses is true',
        why: 'Pods that are starting, and those that are being deleted, count as ready: requests go to them until their containers are gone, and are refused.',
        remedy: 'publishNotReadyAddresses: false',
        fix: { isSafe: true, edits: replaceValue(at, false) },
      };
    }
  },
};

/** A headless Service is how the pods of a StatefulSet find each other, and they must while they start. */
function isForRequests(service: Resource, { workloads }: Cluster): boolean {
  const isHeadless = service.root.at('spec', 'clusterIP').text === 'None';
  return !isHeadless && workloads.some(({ services }) => services.includes(service));
}
