import { checkFiles } from 'nestjs-lifecycle-manifest-check';
import { deployment, findingsOf, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'single-replica';

function scaler(minReplicas: number): string {
  return resource('HorizontalPodAutoscaler', { minReplicas, scaleTargetRef: { kind: 'Deployment', name: 'orders' } });
}

function scaledObject(spec: { readonly minReplicaCount?: number }, target = {}): string {
  return resource('ScaledObject', { ...spec, scaleTargetRef: { name: 'orders', ...target } });
}

/** Two pods need one, and there is none. */
const BUDGET = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: orders
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      app: "orders"
`;

describe('single-replica', () => {
  const one = deployment({ spec: { replicas: 1 } });

  it('passes two, a worker, none on purpose, and a DaemonSet', () => {
    expect(messagesOf(rule, [deployment(), service()])).toEqual([]);
    expect(messagesOf(rule, [one])).toEqual([]);
    expect(messagesOf(rule, [deployment({ spec: { replicas: 0 } }), service()])).toEqual([]);
    expect(messagesOf(rule, [one.replace('"Deployment"', '"DaemonSet"'), service()])).toEqual([]);
    expect(messagesOf(rule, [one, service(), scaler(2)])).toEqual([]);
  });

  it.each(['k8s/overlays/staging/orders.yaml', 'deploy/qa/orders.yaml', 'k8s/orders-uat.yml', 'k8s/local-orders.yaml'])(
    'is a note in %s, where one is enough',
    (path) => {
      const texts = [`# file: ${path}\n${one}`, service()];
      expect(findingsOf(rule, texts).map(({ severity }) => severity)).toEqual(['note']);
    },
  );

  it.each(['examples/orders/orders.yaml', 'infra/vendor/broker/v2/install.yaml'])(
    'is a note in %s, which is not run as it is',
    (path) => {
      const texts = [`# file: ${path}\n${one}`, service()];
      expect(findingsOf(rule, texts).map(({ severity }) => severity)).toEqual(['note']);
    },
  );

  it('passes what is only scraped for metrics', () => {
    const scraped = service({ ports: [{ name: 'metrics', port: 9090 }] });
    expect(messagesOf(rule, [one, scraped])).toEqual([]);
    expect(messagesOf(rule, [one, scraped, service({}, { metadata: { name: 'web' } })])).toHaveLength(1);
  });

  it('offers what only the module can do to services of Node, and says whose it is', () => {
    const unknown = { image: 'shop/storefront:1', command: [], ports: [{ containerPort: 80 }] };
    const [node, other] = [{}, unknown].map((container) => {
      const text = deployment({ spec: { replicas: 1 }, container });
      return findingsOf(rule, [text, service()], { facts: { usesModule: false } })[0]?.remedy;
    });
    expect(node).toContain('# or, with nestjs-lifecycle, let the only pod serve until the new one is ready');
    expect(other).toMatch(/^replicas: 2\n/);
    expect(other).not.toContain('SHUTDOWN_');
  });

  it('is a note where people run it while they write it', () => {
    const started = deployment({ spec: { replicas: 1 }, container: { command: ['npx', 'ts-node-dev', 'main.ts'] } });
    const { findings } = checkFiles([{ path: 'orders.yaml', text: `${started}\n---\n${service()}` }]);
    const severities = findings.filter((found) => found.rule === rule).map(({ severity }) => severity);
    expect(severities).toEqual(['note']);
  });

  it('knows values of a chart for development, and says that its release has another name', () => {
    const [own, dev] = ['', ' with values-dev.yaml'].map((values) => {
      const path = `<rendered from charts/orders/Chart.yaml${values}>`;
      return checkFiles([{ path, text: `${one}\n---\n${service()}` }]).findings.find((found) => found.rule === rule);
    });
    expect([own?.severity, dev?.severity]).toEqual(['warning', 'note']);
    expect(own?.remedy).toContain('---\n# in the chart, write the name and the labels as its templates do');
  });

  it('fails one, be it written, by default, or by an autoscaler', () => {
    expect(messagesOf(rule, [one, service()])).toEqual(['there is only one pod']);
    expect(messagesOf(rule, [deployment({ spec: { replicas: null } }), service()])).toEqual([
      'there is only one pod (the default)',
    ]);
    expect(findingsOf(rule, [deployment(), service(), scaler(1)])).toMatchObject([
      { file: '2.yaml', remedy: expect.stringMatching(/^minReplicas: 2\n/) as string },
    ]);
  });

  it('raises the most of an autoscaler with the fewest', () => {
    const most = (text: string): string => text.replace('"minReplicas": 1', '"minReplicas": 1, "maxReplicas": 1');
    const [finding] = findingsOf(rule, [deployment(), service(), most(scaler(1))]);
    expect(finding?.remedy).toMatch(/^minReplicas: 2\nmaxReplicas: 2\n---\n/);
  });

  it('passes one that goes on until the new pod is there', () => {
    const alone = deployment({ spec: { replicas: 1 }, env: { SHUTDOWN_SINGLE_REPLICA: 'true' } });
    expect(messagesOf(rule, [alone, service()])).toEqual([]);
  });

  it('offers that, with the grace period in which a pod can start by its startup probe', () => {
    const startupProbe = { httpGet: { path: '/health/startup', port: 'http' }, periodSeconds: 2, failureThreshold: 30 };
    const starting = deployment({ spec: { replicas: 1 }, container: { startupProbe } });
    const [finding] = findingsOf(rule, [starting, service()]);
    // 60 s of start, 5 s until it has the requests, 5 s each for the drain and the hooks, 2 s of margin.
    expect(finding?.remedy.replace(BUDGET, '')).toBe(
      'replicas: 2\n# or let the only pod serve until the new one is ready:\nenv:   # without SHUTDOWN_LAME_DUCK\n' +
        "  - name: SHUTDOWN_SINGLE_REPLICA\n    value: 'true'\n  - name: SHUTDOWN_GRACE_PERIOD\n    value: 77s\n" +
        "# and in the pod's spec:\nterminationGracePeriodSeconds: 77",
    );
    const [unknown] = findingsOf(rule, [one, service()]);
    expect(unknown?.remedy).toContain(
      'terminationGracePeriodSeconds: 30   # more, where a new pod takes longer than 13 s to be ready',
    );
  });

  it('offers nothing but a second pod where a balancer asks for readiness itself, and where the new pod waits for the old', () => {
    const alb = resource(
      'Ingress',
      { defaultBackend: { service: { name: 'orders', port: { number: 80 } } } },
      { apiVersion: 'networking.k8s.io/v1', annotations: { 'alb.ingress.kubernetes.io/target-type': 'ip' } },
    );
    expect(findingsOf(rule, [one, service(), alb])).toMatchObject([{ remedy: `replicas: 2\n${BUDGET.trimEnd()}` }]);
    const recreate = deployment({ spec: { replicas: 1, strategy: { type: 'Recreate' } } });
    expect(findingsOf(rule, [recreate, service()])).toMatchObject([{ remedy: `replicas: 2\n${BUDGET.trimEnd()}` }]);
  });

  it('counts what KEDA keeps: none only while there is nothing to do', () => {
    expect(messagesOf(rule, [one, service(), scaledObject({ minReplicaCount: 2 })])).toEqual([]);
    expect(messagesOf(rule, [one, service(), scaledObject({ minReplicaCount: 2 }, { kind: 'Deployment' })])).toEqual(
      [],
    );
    expect(messagesOf(rule, [one, service(), scaledObject({ minReplicaCount: 2 }, { kind: 'StatefulSet' })])).toEqual([
      'there is only one pod',
    ]);
    expect(findingsOf(rule, [deployment(), service(), scaledObject({})])).toMatchObject([
      {
        file: '2.yaml',
        message: 'there is only one pod (the default)',
        remedy: expect.stringMatching(/^minReplicaCount: 2\n/) as string,
      },
    ]);
    expect(messagesOf(rule, [deployment(), service(), scaledObject({ minReplicaCount: 0 })])).toEqual([
      'there is only one pod',
    ]);
  });

  it('passes the nodes of a cluster that have a controller each, and pods that others answer beside', () => {
    const node = (name: string, image: string): string =>
      deployment({
        metadata: { name },
        spec: { replicas: 1 },
        podMetadata: { labels: { app: 'orders', node: name } },
        container: { image },
      });
    const own = (name: string): string => service({ selector: { node: name } }, { name });
    const services = [own('node-1'), own('node-2')];
    expect(messagesOf(rule, [node('node-1', 'a:1'), node('node-2', 'a:1'), ...services])).toEqual([]);
    expect(messagesOf(rule, [node('node-1', 'a:1'), node('node-2', 'b:1'), ...services])).toHaveLength(2);
    expect(messagesOf(rule, [node('blue', 'a:1'), node('green', 'a:2'), service()])).toEqual([]);
    expect(messagesOf(rule, [node('blue', 'a:1'), node('green', 'a:2'), own('blue'), service()])).toEqual([
      'there is only one pod',
    ]);
  });

  it.each(['k8s/dev/orders.yaml', 'deploy/local/orders.yaml', 'orders-dev.yaml'])(
    'is a note in a cluster for development: %s',
    (path) => {
      const severities = (name: string): readonly string[] =>
        findingsOf(rule, [`# file: ${name}\n${one}`, service()]).map(({ severity }) => severity);
      expect(severities(path)).toEqual(['note']);
      expect(severities('k8s/prod/orders.yaml')).toEqual(['warning']);
    },
  );
});
