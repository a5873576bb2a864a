import { isRecord } from 'nestjs-lifecycle/options';
import { type ApiClient } from './api-client.js';
import { ClusterError } from './cluster-error.js';

/** A verb on a resource of a namespace, as RBAC has it. */
export interface Right {
  readonly verb: string;
  /** As in `apps`; empty for the core. */
  readonly group: string;
  /** As in `pods`, or `pods/log`. */
  readonly resource: string;
  /** What it is for, in words. */
  readonly purpose: string;
  /** Whether it goes without. */
  readonly isOptional?: boolean;
}

/** Asks for all of them at once, with what a user may always ask; resolves with those that are denied. */
export async function deniedRights(
  client: ApiClient,
  namespace: string,
  rights: readonly Right[],
): Promise<readonly Right[]> {
  const allowed = await Promise.all(rights.map((right) => isAllowed(client, namespace, right)));
  return rights.filter((_right, index) => allowed[index] !== true);
}

async function isAllowed(client: ApiClient, namespace: string, { verb, group, resource }: Right): Promise<boolean> {
  const [name = resource, subresource] = resource.split('/');
  const answer = await client.send({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb,
          group,
          resource: name,
          namespace,
          ...(subresource !== undefined && { subresource }),
        },
      },
    },
    what: 'ask what you may do (create selfsubjectaccessreviews)',
  });
  const status = isRecord(answer) ? answer['status'] : undefined;
  if (!isRecord(status) || typeof status['allowed'] !== 'boolean') {
    throw new ClusterError('foreign-answer', 'the answer to an access review has no status.allowed');
  }
  return status['allowed'];
}

/** `patch deployments.apps`: as `kubectl auth can-i` takes it. */
export function rightShown({ verb, group, resource }: Right): string {
  const [name = resource, subresource] = resource.split('/');
  const whole = group === '' ? name : `${name}.${group}`;
  return subresource === undefined ? `${verb} ${whole}` : `${verb} ${whole}/${subresource}`;
}
