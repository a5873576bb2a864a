import { isRecord } from 'nestjs-lifecycle/options';
import { type ApiClient } from '../api/api-client.js';
import { ClusterError } from '../api/cluster-error.js';
import { type NodeObject, readNode } from '../api/objects.js';
import { paths } from '../api/resources.js';

/** All nodes, up to 500. */
export async function listNodes(client: ApiClient): Promise<NodeObject[]> {
  const answer = await client.send({ method: 'GET', path: paths.nodes, query: { limit: '500' }, what: 'list nodes' });
  const items: unknown = isRecord(answer) ? answer['items'] : undefined;
  if (!Array.isArray(items)) throw new ClusterError('foreign-answer', 'cannot list nodes: the answer is no list');
  return items.flatMap((item: unknown) => readNode(item) ?? []);
}

/** Whether a pod without tolerations may come to it. */
export function takesPods({ spec, status }: NodeObject): boolean {
  const isReady = status.conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
  return isReady && !spec.unschedulable && spec.taints.every(({ effect }) => effect === 'PreferNoSchedule');
}
