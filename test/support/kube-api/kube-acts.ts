import { type Asked, statusOf } from './kube-answers.js';
import { isObject, type KubeObject, qualifiedName } from './kube-object.js';
import { type Reply } from './kube-replies.js';
import { type KubeStore, second } from './kube-store.js';

/** A pod with a process, which a kubelet can end. */
export interface RunningPod {
  readonly isReady: boolean;
  readonly isDeleted: boolean;
  /** As the API is asked to; `disruption` is written to its conditions before. */
  delete(disruption?: object): void;
}

/** What runs, by the names of the pods. */
export type Running = Map<string, RunningPod>;

/** A pod gets its grace period, a Namespace ends with all that is in it, everything else is gone at once. */
export function deleted(store: KubeStore, running: Running, { resource }: Asked, object: KubeObject): Reply {
  const { name, uid } = object.metadata;
  const pod = resource.plural === 'pods' ? running.get(name) : undefined;
  if (pod !== undefined) {
    pod.delete();
    return { status: 200, body: store.get('pods', name) ?? object };
  }
  if (resource.plural === 'namespaces') return ofNamespace(store, object);
  store.remove(resource.plural, name);
  const { group, plural } = resource;
  const details = { name, ...(group !== '' && { group }), kind: plural, uid };
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

/** It stays until its last pod has gone; who plays the cluster removes it then. */
function ofNamespace(store: KubeStore, object: KubeObject): Reply {
  const { name } = object.metadata;
  const ending = store.update('namespaces', name, (namespace) => ({
    ...namespace,
    metadata: { ...namespace.metadata, deletionTimestamp: second(new Date()) },
    status: { phase: 'Terminating' },
  }));
  for (const plural of ['deployments', 'services', 'poddisruptionbudgets']) {
    for (const { metadata } of store.list(plural)) {
      if (metadata.namespace === name) store.remove(plural, metadata.name);
    }
  }
  return { status: 200, body: ending ?? object };
}

/** 201, or 429 where a budget needs the pod. */
export function evicted(store: KubeStore, running: Running, name: string): Reply {
  const pod = running.get(name);
  const healthy = [...running.values()].filter(({ isReady, isDeleted }) => isReady && !isDeleted).length;
  for (const budget of store.list('poddisruptionbudgets')) {
    const needed = numberIn(budget['spec'], 'minAvailable') ?? 0;
    if (healthy - 1 < needed) return refusedBy(budget, needed, healthy);
  }
  pod?.delete({
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'EvictionByEvictionAPI',
    message: 'Eviction API: evicting',
  });
  return {
    status: 201,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
  };
}

function refusedBy({ metadata }: KubeObject, needed: number, healthy: number): Reply {
  const message = `The disruption budget ${metadata.name} needs ${needed} healthy pods and has ${healthy} currently`;
  const causes = [{ reason: 'DisruptionBudget', message }];
  const text = "Cannot evict pod as it would violate the pod's disruption budget.";
  return { status: 429, body: statusOf(429, 'TooManyRequests', text, { causes }) };
}

/** `PATCH …/scale`. */
export function scaled(store: KubeStore, { body, resource }: Asked, object: KubeObject): Reply {
  const { name, namespace, uid, creationTimestamp } = object.metadata;
  const replicas = numberIn(isObject(body) ? body['spec'] : undefined, 'replicas');
  if (replicas === undefined) {
    const message = `${qualifiedName(resource)} "${name}" is invalid: spec.replicas: Required value`;
    return { status: 422, body: statusOf(422, 'Invalid', message) };
  }
  const before = numberIn(object['status'], 'replicas') ?? 0;
  const written = store.update(resource.plural, name, (deployment) => ({
    ...deployment,
    metadata: { ...deployment.metadata, generation: (deployment.metadata.generation ?? 1) + 1 },
    spec: { ...(isObject(deployment['spec']) ? deployment['spec'] : {}), replicas },
  }));
  const resourceVersion = written?.metadata.resourceVersion;
  return {
    status: 200,
    body: {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas },
      status: { replicas: before, selector: 'app=orders' },
    },
  };
}

export function numberIn(object: unknown, field: string): number | undefined {
  const value = isObject(object) ? object[field] : undefined;
  return typeof value === 'number' ? value : undefined;
}
