import { deployment, findingsOf, ingress, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'new-targets-not-awaited';
const ALB = 'alb.ingress.kubernetes.io';
const NLB = 'service.beta.kubernetes.io/aws-load-balancer';
const toPods = ingress('alb', { [`${ALB}/target-type`]: 'ip' });

function namespace(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default', labels } });
}

function nlb(annotations = {}): string {
  const own = { [`${NLB}-nlb-target-type`]: 'ip', ...annotations };
  return service({ type: 'LoadBalancer' }, { annotations: own });
}

describe('new-targets-not-awaited', () => {
  it.each([
    ['nginx', [deployment(), service(), ingress('nginx')]],
    ['targets that are nodes', [deployment(), service(), ingress('alb')]],
    [
      'a namespace that injects gates',
      [deployment(), service(), toPods, namespace({ 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' })],
    ],
    [
      'a gate in the pod',
      [
        deployment({ pod: { readinessGates: [{ conditionType: 'target-health.elbv2.k8s.aws/orders' }] } }),
        service(),
        toPods,
      ],
    ],
    ['a wait that is long enough', [deployment({ spec: { minReadySeconds: 40 } }), service(), toPods]],
    [
      'a shorter wait for quicker checks',
      [
        deployment({ spec: { minReadySeconds: 20 } }),
        nlb({ [`${NLB}-healthcheck-interval`]: '5', [`${NLB}-healthcheck-healthy-threshold`]: '2' }),
      ],
    ],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it('fails an ALB and an NLB that the rollout does not wait for', () => {
    expect(messagesOf(rule, [deployment(), service(), toPods])).toEqual([
      expect.stringContaining('available 0s after they are ready, but the ALB may need 40s'),
    ]);
    expect(messagesOf(rule, [deployment({ spec: { minReadySeconds: 10 } }), nlb()])).toEqual([
      expect.stringContaining('available 10s after they are ready, but the NLB may need 40s'),
    ]);
  });

  it('is sure only when it has seen the namespace', () => {
    expect(findingsOf(rule, [deployment(), service(), toPods])).toMatchObject([{ severity: 'note' }]);
    expect(findingsOf(rule, [deployment(), service(), toPods, namespace({})])).toMatchObject([{ severity: 'warning' }]);
  });

  it('fails a TargetGroupBinding of pods', () => {
    const binding = { targetType: 'ip', serviceRef: { name: 'orders', port: 80 } };
    const text = resource('TargetGroupBinding', binding, { apiVersion: 'elbv2.k8s.aws/v1beta1' });
    expect(messagesOf(rule, [deployment(), service(), text])).toEqual([
      expect.stringContaining('the target group may need 40s'),
    ]);
  });
});
