import { type Right } from '../../libs/rollout/src/real-cluster/api/access-review.js';
import { RIGHTS } from '../../libs/rollout/src/real-cluster/target/rights.js';

function rightsOn(group: string, resource: string, verbs: readonly string[], purpose: string): Right[] {
  return verbs.map((verb) => ({ verb, group, resource, purpose }));
}

/** Of the whole cluster. The ClusterRole of docs/cluster-test.md has the same. */
export const CLUSTER_RIGHTS: readonly Right[] = [
  ...rightsOn('', 'namespaces', ['get', 'create', 'delete'], 'to have a namespace of its own'),
  ...rightsOn('', 'nodes', ['list'], 'to reach the pods, and to know whether one can be drained'),
  ...rightsOn('', 'nodes', ['patch'], 'to cordon a node, and to take that back'),
];

/** In its namespace. */
export const NAMESPACE_RIGHTS: readonly Right[] = [
  ...RIGHTS.map(({ verb, group, resource, purpose }) => ({ verb, group, resource, purpose })),
  ...rightsOn('apps', 'deployments', ['create', 'delete'], 'to make the Deployment of each scene'),
  ...rightsOn('apps', 'deployments/scale', ['patch'], 'to scale in'),
  ...rightsOn('', 'services', ['create'], 'to send load to the pods'),
  ...rightsOn('', 'pods', ['delete'], 'to delete one'),
  ...rightsOn('', 'pods/eviction', ['create'], 'to evict one'),
  ...rightsOn('policy', 'poddisruptionbudgets', ['get', 'create', 'patch', 'delete'], 'to have a budget that refuses'),
];
