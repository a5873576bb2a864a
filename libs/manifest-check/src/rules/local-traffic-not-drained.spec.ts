import { deployment, findingsOf, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'local-traffic-not-drained';
const ANNOTATION = 'service.beta.kubernetes.io/aws-load-balancer';

function local(annotations = {}, spec = {}): string {
  return service({ type: 'LoadBalancer', externalTrafficPolicy: 'Local', ...spec }, { annotations });
}

function waiting(lameDuck: string, readiness = {}): string {
  const readinessProbe = { httpGet: { path: '/health/ready', port: 'http' }, ...readiness };
  return deployment({
    env: { SHUTDOWN_LAME_DUCK: lameDuck, SHUTDOWN_GRACE_PERIOD: '90s' },
    container: { readinessProbe },
  });
}

const sleeping = deployment({ container: { lifecycle: { preStop: { sleep: { seconds: 30 } } } } });

describe('local-traffic-not-drained', () => {
  it.each([
    ['traffic to every node', [deployment(), service({ type: 'LoadBalancer' })]],
    ['a Service within the cluster', [deployment(), local({}, { type: 'ClusterIP' })]],
    ['targets that are pods', [deployment(), local({ [`${ANNOTATION}-nlb-target-type`]: 'ip' })]],
    ['a preStop that outlasts the health checks', [sleeping, local()]],
    ['a long lame duck in which readiness fails late', [waiting('30s'), local()]],
    [
      'a preStop that only running it would tell',
      [deployment({ container: { lifecycle: { preStop: { exec: { command: ['/wait.sh'] } } } } }), local()],
    ],
    [
      'a service without a readiness probe that waits long enough',
      [waiting('30s').replace('"readinessProbe"', '"x"'), local()],
    ],
    [
      'health checks that are as quick',
      [
        waiting('10s'),
        local({ [`${ANNOTATION}-healthcheck-interval`]: '5', [`${ANNOTATION}-healthcheck-unhealthy-threshold`]: '2' }),
      ],
    ],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it('fails a lame duck that is shorter than the health checks', () => {
    expect(messagesOf(rule, [deployment(), local()])).toEqual([
      'preStop 0s + lame duck 5s = 5s, but the load balancer may take 30s to give up a node whose last pod is stopping',
    ]);
  });

  it('has a preStop as its remedy where nothing shows that it runs Node', () => {
    const container = {
      image: 'shop/scores:1',
      command: ['/app/serve'],
      ports: [{ name: 'http', containerPort: 8000 }],
    };
    const [finding, ...others] = findingsOf(rule, [deployment({ container }), local()], {
      facts: { usesModule: false },
    });
    expect(others).toEqual([]);
    expect(finding?.message).toMatch(/^preStop 0s, but the load balancer may take 30s/);
    expect(finding?.remedy).toMatch(/sleep: \{ seconds: 30 \}[^]*terminationGracePeriodSeconds: 60/);
    expect(finding?.remedy).not.toMatch(/SHUTDOWN_|GracefulShutdownModule/);
  });

  it('fails a readiness that takes the last pod of a node away before', () => {
    expect(messagesOf(rule, [waiting('40s', { periodSeconds: 2 }), local()])).toEqual([
      'readiness has failed after 7s, but the load balancer may take 30s to give up a node whose last pod is stopping',
    ]);
  });

  it('has a lame duck as its remedy that lasts with the preStop, and the grace periods for it', () => {
    const [finding] = findingsOf(rule, [
      deployment({ container: { lifecycle: { preStop: { sleep: { seconds: 10 } } } } }),
      local(),
    ]);
    expect(finding?.remedy).toContain('- name: SHUTDOWN_LAME_DUCK\n    value: 20s\n  - name: SHUTDOWN_GRACE_PERIOD');
    expect(finding?.remedy).toContain('terminationGracePeriodSeconds: ');
  });

  it('does not touch a lame duck that is long enough', () => {
    const [finding] = findingsOf(rule, [waiting('35s', { periodSeconds: 2 }), local()]);
    expect(finding?.remedy).toBe(
      "// in the code:\nGracefulShutdownModule.forRoot({ readiness: { onShutdown: 'pass' } })\n# or externalTrafficPolicy: Cluster",
    );
  });
});
