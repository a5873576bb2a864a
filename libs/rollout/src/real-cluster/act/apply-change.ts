import { type ApiClient } from '../api/api-client.js';
import { ClusterError } from '../api/cluster-error.js';
import { type DeploymentObject } from '../api/objects.js';
import { paths } from '../api/resources.js';
import { findDeployment, toDeployment } from '../target/find-deployment.js';
import { type Change } from './change.js';

/** A Deployment in its namespace. */
export interface Target {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
}

/** How undoing ended. */
export type Undone = 'undone' | 'not-ours';

/** Status changes often, and each gives the object a new version. */
const MOST_TRIES = 20;

/** Makes the change; with `isTrial` the server checks it, admission webhooks included, and changes nothing. */
export async function applyChange(
  target: Target,
  { patch, words }: Change,
  isTrial = false,
): Promise<DeploymentObject> {
  const answer = await target.client.send({
    method: 'PATCH',
    path: paths.deployment(target.namespace, target.name),
    ...(isTrial && { query: { dryRun: 'All' } }),
    contentType: 'application/strategic-merge-patch+json',
    body: patch,
    what: `patch deployment ${target.name} (${words}${isTrial ? ', tried without changing anything' : ''})`,
  });
  return toDeployment(answer);
}

/**
 * Restores what was there, unless the template has been changed by others since. The version that was read goes with the patch, so that a
 * change in between is refused (409), and looked at again.
 *
 * @throws ClusterError when it cannot
 */
export async function undoChange(target: Target, change: Change): Promise<Undone> {
  for (let tries = 1; ; tries += 1) {
    const deployment = await findDeployment(target.client, target.namespace, target.name);
    if (!change.isOurs(deployment)) return 'not-ours';
    try {
      await target.client.send({
        method: 'PATCH',
        path: paths.deployment(target.namespace, target.name),
        contentType: 'application/strategic-merge-patch+json',
        body: { metadata: { resourceVersion: deployment.metadata.resourceVersion }, ...change.undo },
        what: `patch deployment ${target.name} (undo ${change.words})`,
      });
      return 'undone';
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'conflict' || tries >= MOST_TRIES) throw error;
    }
  }
}
