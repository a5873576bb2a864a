import { deployment, findingsOf, ingress, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'lame-duck-too-short';
const NLB = { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' } };

function waiting(lameDuck: string, container = {}): string {
  return deployment({ env: { SHUTDOWN_LAME_DUCK: lameDuck }, container });
}

describe('lame-duck-too-short', () => {
  it.each([
    ['a worker', [waiting('0s')]],
    ['kube-proxy and the default', [deployment(), service()]],
    ['nginx and 10 s', [waiting('10s'), service(), ingress('nginx')]],
    ['preStop and lame duck together', [waiting('5s', { lifecycle: sleep(5) }), service(), ingress('nginx')]],
    ['a preStop that only running it would tell', [waiting('0s', { lifecycle: script() }), service()]],
    [
      'a shutdown that is switched off, which another rule finds',
      [deployment({ env: { SHUTDOWN_ENABLED: 'no' } }), service()],
    ],
    ['a VirtualService of a Service elsewhere', [deployment(), service(), virtualService('orders.shop')]],
    ['an Ingress of another service', [deployment(), service(), ingress('alb').replaceAll('"orders"', '"payments"')]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each([
    ['nothing at all', [waiting('0s'), service()], 'kube-proxy may go on sending requests for 5s'],
    ['nginx and the default', [deployment(), service(), ingress('nginx')], '= 5s, but nginx ingress may'],
    [
      'an ALB',
      [waiting('20s'), service(), ingress('alb')],
      'ALB with instance targets may go on sending requests for 70s',
    ],
    ['an unknown class', [deployment(), service(), ingress('own')], 'load balancer may go on sending requests for 15s'],
    ['an NLB', [deployment(), service({ type: 'LoadBalancer' }, NLB)], 'NLB may go on sending requests for 120s'],
    ['a lame duck that may end early', [waiting('2s..9s'), service()], 'preStop 0s + lame duck 2s = 2s'],
    ['a route of the Gateway API', [deployment(), service(), route()], 'for 15s'],
    ['a VirtualService', [deployment(), service(), virtualService('orders')], 'Envoy may go on'],
    [
      'a VirtualService behind a gateway, by the full name',
      [deployment(), service(), virtualService('orders.default.svc.cluster.local', ['public'])],
      'Envoy may go on',
    ],
    ['an IngressRoute', [deployment(), service(), routed('IngressRoute', 'traefik.io/v1alpha1')], 'Traefik may go on'],
    ['an HTTPProxy', [deployment(), service(), routed('HTTPProxy', 'projectcontour.io/v1')], 'Envoy may go on'],
    [
      'a Route of OpenShift',
      [
        deployment(),
        service(),
        resource('Route', { to: { kind: 'Service', name: 'orders' } }, { apiVersion: 'route.openshift.io/v1' }),
      ],
      "OpenShift's router may go on sending requests for 10s",
    ],
    [
      'a TargetGroupBinding',
      [
        deployment(),
        service(),
        resource(
          'TargetGroupBinding',
          { targetType: 'ip', serviceRef: { name: 'orders', port: 80 } },
          { apiVersion: 'elbv2.k8s.aws/v1beta1' },
        ),
      ],
      'target group of pods may go on sending requests for 30s',
    ],
    ['a mesh', [meshed(), service()], 'Envoy may go on'],
  ])('fails %s', (_what, texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['nothing set', {}],
    ['a drain of its own', { SHUTDOWN_DRAIN_TIMEOUT: '18s' }],
    ['a short grace period', { SHUTDOWN_GRACE_PERIOD: '10s' }],
    ['hooks of their own', { SHUTDOWN_HOOK_BUDGET: '2s', SHUTDOWN_DRAIN_TIMEOUT: '10s' }],
  ])('names all numbers with which it is long enough, and fits: %s', (_what, env) => {
    const [finding] = findingsOf(rule, [deployment({ env }), service(), ingress('alb')]);
    const value = (name: string): string =>
      new RegExp(`${name}\\n *value: (.*)`).exec(finding?.remedy ?? '')?.[1] ?? '';
    const [, seconds] = /terminationGracePeriodSeconds: (\d+)$/.exec(finding?.remedy ?? '') ?? [];
    const names = ['SHUTDOWN_LAME_DUCK', 'SHUTDOWN_GRACE_PERIOD'];
    const pasted = deployment({
      env: { ...env, ...Object.fromEntries(names.map((name) => [name, value(name)])) },
      pod: { terminationGracePeriodSeconds: Number(seconds) },
    });
    const rules = [rule, 'grace-period-too-short', 'settings-refused', 'grace-period-unused'];
    expect(rules.flatMap((id) => messagesOf(id, [pasted, service(), ingress('alb')]))).toEqual([]);
  });

  it('is an error only when nothing waits', () => {
    expect(findingsOf(rule, [waiting('0s'), service()])).toMatchObject([{ severity: 'error' }]);
    expect(findingsOf(rule, [waiting('1s'), service()])).toMatchObject([{ severity: 'warning' }]);
  });

  it('believes a measured delay', () => {
    const texts = [deployment(), service(), ingress('alb')];
    expect(messagesOf(rule, texts, { facts: { routingDelayMs: 4000 } })).toEqual([]);
    expect(messagesOf(rule, texts, { facts: { routingDelayMs: 6000 } })).toHaveLength(1);
  });

  it("believes what the cluster's kube-proxy has measured, of kube-proxy alone", () => {
    const facts = { kubeProxyDelayMs: 7000 };
    const late = expect.stringContaining('= 5s, but kube-proxy may go on sending requests for 7s') as string;
    expect(messagesOf(rule, [deployment(), service()], { facts })).toEqual([late]);
    expect(messagesOf(rule, [waiting('2s'), service()], { facts: { kubeProxyDelayMs: 2000 } })).toEqual([]);
    const [ofBalancer] = messagesOf(rule, [deployment(), service(), ingress('alb')], { facts });
    expect(ofBalancer).toContain('ALB with instance targets may go on sending requests for 70s');
  });
});

function sleep(seconds: number) {
  return { preStop: { sleep: { seconds } } };
}

function script() {
  return { preStop: { exec: { command: ['/app/leave.sh'] } } };
}

function route(): string {
  return resource('HTTPRoute', { rules: [{ backendRefs: [{ name: 'orders' }] }] });
}

function meshed(): string {
  return deployment({ podMetadata: { labels: { app: 'orders', 'sidecar.istio.io/inject': 'true' } } });
}

function virtualService(host: string, gateways: readonly string[] = ['mesh']): string {
  const http = [{ route: [{ destination: { host, port: { number: 80 } } }] }];
  return resource('VirtualService', { hosts: ['orders'], gateways, http }, { apiVersion: 'networking.istio.io/v1' });
}

function routed(kind: string, apiVersion: string): string {
  return resource(kind, { routes: [{ services: [{ name: 'orders', port: 80 }] }] }, { apiVersion });
}
