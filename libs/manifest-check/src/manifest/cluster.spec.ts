import { Source } from '../source/source.js';
import { readYaml } from '../source/yaml-reader.js';
import { Cluster } from './cluster.js';
import { resourcesOf } from './resource.js';
import { type Workload } from './workload.js';

function clusterOf(text: string): Cluster {
  return new Cluster(readYaml(new Source({ path: 'all.yaml', text })).flatMap(resourcesOf));
}

function workloadOf(text: string): Workload {
  const [workload] = clusterOf(text).workloads;
  if (workload === undefined) throw new Error('there is no workload');
  return workload;
}

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  replicas: 3
  template:
    metadata: { labels: { app: orders, tier: web } }
    spec:
      initContainers:
        - { name: migrate, image: orders:1 }
        - { name: proxy, image: proxy:1, restartPolicy: Always }
      containers:
        - { name: istio-proxy, image: proxyv2, ports: [{ containerPort: 15090 }] }
        - name: api
          image: orders:1
          envFrom:
            - { configMapRef: { name: common }, prefix: SHUTDOWN_ }
            - { secretRef: { name: secret } }
          env:
            - { name: SHUTDOWN_LAME_DUCK, valueFrom: { configMapKeyRef: { name: common, key: duck } } }
            - { name: SHUTDOWN_HOOK_BUDGET, valueFrom: { secretKeyRef: { name: secret, key: hooks } } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: common, namespace: shop }
data: { GRACE_PERIOD: '45', LAME_DUCK: 1s, HOOK_BUDGET: 1s, duck: 7s }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: common, namespace: elsewhere }
data: { GRACE_PERIOD: '99' }
`;

function other(kind: string, spec: string, { name = 'orders', namespace = 'shop' } = {}): string {
  return `---\napiVersion: v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}\n`;
}

it('has the objects of a template of OpenShift', () => {
  const object = DEPLOYMENT.trim()
    .replaceAll(/\n---[^]*/g, '')
    .replaceAll('\n', '\n    ');
  const template = `apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n  - ${object}\n`;
  expect(workloadOf(template)).toMatchObject({ name: 'orders', kind: 'Deployment' });
});

it('takes what is left to kubectl for the namespace of all that write one, where neither workloads nor Services do', () => {
  const pod = DEPLOYMENT.trim()
    .replaceAll(/\n---[^]*/g, '')
    .replace(', namespace: shop', '');
  const budget =
    '\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: orders, namespace: shop }\nspec: { selector: { matchLabels: { app: orders } } }\n';
  expect(workloadOf(pod + budget)).toMatchObject({ namespace: 'shop', disruptionBudgets: [{ name: 'orders' }] });
  const elsewhere = budget.replace('namespace: shop', 'namespace: edge');
  expect(workloadOf(pod + budget + elsewhere)).toMatchObject({ namespace: 'default', disruptionBudgets: [] });
});

describe('a workload', () => {
  it('knows the container that serves from proxies and sidecars', () => {
    const { main, sidecars } = workloadOf(DEPLOYMENT);
    expect(main.name).toBe('api');
    expect(sidecars.map(({ name }) => name)).toEqual(['proxy']);
  });

  it('gets its environment as the kubelet would give it, from ConfigMaps of its namespace', () => {
    const { settings, main } = workloadOf(DEPLOYMENT);
    expect(settings).toMatchObject({ gracePeriodMs: 45_000, lameDuck: { maxMs: 7000 }, hookBudgetMs: 5000 });
    expect(main.variable('SHUTDOWN_GRACE_PERIOD')?.position.line).toBe(27);
  });

  it('finds the Services, budgets and policies that choose its pods', () => {
    const text = [
      DEPLOYMENT,
      other('Service', '{ selector: { app: orders } }'),
      other('Service', '{ selector: { app: payments } }', { name: 'payments' }),
      other('Service', '{ selector: { app: orders } }', { name: 'away', namespace: 'elsewhere' }),
      other('Service', '{ type: ExternalName }', { name: 'outside' }),
      other('PodDisruptionBudget', '{ selector: { matchExpressions: [{ key: tier, operator: In, values: [web] }] } }'),
      other('PodDisruptionBudget', '{ selector: { matchExpressions: [{ key: app, operator: DoesNotExist }] } }'),
      other('NetworkPolicy', '{ podSelector: {} }'),
    ].join('');
    const { services, disruptionBudgets, networkPolicies } = workloadOf(text);
    expect(services.map(({ name }) => name)).toEqual(['orders']);
    expect(disruptionBudgets).toHaveLength(1);
    expect(networkPolicies).toHaveLength(1);
  });

  it('finds the Ingresses and routes that lead to its Services', () => {
    const text = [
      DEPLOYMENT,
      other('Service', '{ selector: { app: orders } }'),
      other('Ingress', '{ rules: [{ http: { paths: [{ backend: { service: { name: orders } } }] } }] }'),
      other('Ingress', '{ defaultBackend: { service: { name: payments } } }', { name: 'payments' }),
      other('HTTPRoute', '{ rules: [{ backendRefs: [{ name: orders, port: 80 }] }] }'),
    ].join('');
    const { ingresses, routes } = workloadOf(text);
    expect(ingresses.map(({ name }) => name)).toEqual(['orders']);
    expect(routes).toHaveLength(1);
  });

  it('has as many pods as its autoscaler leaves it', () => {
    const scaler = other(
      'HorizontalPodAutoscaler',
      '{ minReplicas: 2, scaleTargetRef: { kind: Deployment, name: orders } }',
    );
    expect(workloadOf(DEPLOYMENT).replicas).toBe(3);
    expect(workloadOf(DEPLOYMENT + scaler).replicas).toBe(2);
    expect(workloadOf(DEPLOYMENT.replace('replicas: 3', 'paused: false')).replicas).toBe(1);
    expect(workloadOf(DEPLOYMENT.replace('kind: Deployment', 'kind: DaemonSet')).replicas).toBeUndefined();
  });

  it('is what a custom resource runs whose pods are plain, but no Job', () => {
    const rollout = DEPLOYMENT.replace('apps/v1', 'argoproj.io/v1alpha1').replace('kind: Deployment', 'kind: Rollout');
    expect(clusterOf(rollout).workloads).toHaveLength(1);
    expect(
      clusterOf(rollout.replace('argoproj.io', 'apps.kruise.io').replace('Rollout', 'CloneSet')).workloads,
    ).toHaveLength(1);
    expect(clusterOf(rollout.replace('Rollout', 'SparkJob')).workloads).toEqual([]);
    expect(clusterOf(rollout.replace('argoproj.io/v1alpha1', 'node.k8s.io/v1')).workloads).toEqual([]);
    const controller = DEPLOYMENT.replace('apps/v1', 'v1').replace('kind: Deployment', 'kind: ReplicationController');
    expect(clusterOf(controller).workloads).toHaveLength(1);
    expect(clusterOf(DEPLOYMENT.replace('kind: Deployment', 'kind: Job')).workloads).toEqual([]);
  });

  it('has the number of pods, and the updates, of the Rollout that refers to it', () => {
    const rollout = other('Rollout', '{ replicas: 5, workloadRef: { kind: Deployment, name: orders } }');
    expect(workloadOf(DEPLOYMENT.replace('replicas: 3', 'replicas: 0') + rollout)).toMatchObject({
      kind: 'Rollout',
      name: 'orders',
      replicas: 5,
    });
  });
});
