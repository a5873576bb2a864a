import { isRecord, nearestName } from 'nestjs-lifecycle/options';
import { type ApiClient } from '../api/api-client.js';
import { ClusterError } from '../api/cluster-error.js';
import { type DeploymentObject, readDeployment } from '../api/objects.js';
import { paths } from '../api/resources.js';

/**
 * The Deployment of that name.
 *
 * @throws ClusterError when there is none, naming the one that was probably meant
 */
export async function findDeployment(client: ApiClient, namespace: string, name: string): Promise<DeploymentObject> {
  const path = paths.deployment(namespace, name);
  try {
    return toDeployment(await client.send({ method: 'GET', path, what: `get deployment ${name}` }));
  } catch (error) {
    if (!(error instanceof ClusterError) || error.code !== 'not-found') throw error;
    throw new ClusterError('not-found', await whatIsThere(client, namespace, name), 404);
  }
}

/** @throws ClusterError for what is none */
export function toDeployment(object: unknown): DeploymentObject {
  const deployment = readDeployment(object);
  if (deployment === undefined) {
    throw new ClusterError('foreign-answer', 'what the API server answered is no Deployment of apps/v1');
  }
  return deployment;
}

async function whatIsThere(client: ApiClient, namespace: string, name: string): Promise<string> {
  const path = paths.deployments(namespace);
  const answer = await client.send({ method: 'GET', path, query: { limit: '500' }, what: 'list deployments' });
  const items: unknown = isRecord(answer) ? answer['items'] : undefined;
  const names = Array.isArray(items) ? items.flatMap((item: unknown) => readDeployment(item)?.metadata.name ?? []) : [];
  const missing = `there is no deployment ${name} in the namespace ${namespace}`;
  if (names.length === 0) return `${missing}, and no other one: choose the namespace with --namespace`;
  const nearest = nearestName(name, names);
  const advice = nearest === undefined ? '' : `Did you mean deployment/${nearest}? `;
  return `${missing}. ${advice}There are: ${names.slice(0, 20).join(', ')}. Another namespace is chosen with --namespace`;
}
