import { type KubeApi } from './kube-api.js';
import { isObject } from './kube-object.js';
import { type PlayedPod } from './played-pod.js';

/** The Deployment of a test that makes none itself. */
export function createDeployment(
  { store }: KubeApi,
  {
    replicas,
    graceSeconds,
    progressDeadlineSeconds,
  }: Readonly<Record<'replicas' | 'graceSeconds' | 'progressDeadlineSeconds', number>>,
): void {
  store.create('deployments', {
    metadata: { name: 'orders', generation: 1, labels: { app: 'orders' } },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'orders' } },
      template: {
        metadata: { labels: { app: 'orders' } },
        spec: {
          terminationGracePeriodSeconds: graceSeconds,
          containers: [{ name: 'app', image: 'registry.example/orders:1.0.0', command: ['node', 'dist/main.js'] }],
        },
      },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      progressDeadlineSeconds,
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    },
  });
}

/** One that is not cordoned, and has the fewest of the pods. */
export function freeNode({ store }: KubeApi, pods: Iterable<PlayedPod>): string {
  const nodes = store
    .list('nodes')
    .filter(({ spec }) => !isObject(spec) || spec['unschedulable'] !== true)
    .map(({ metadata }) => metadata.name);
  const own = [...pods].filter(({ isDeleted }) => !isDeleted);
  const used = (node: string): number => own.filter((pod) => pod.node === node).length;
  return nodes.toSorted((a, b) => used(a) - used(b))[0] ?? 'n1';
}
