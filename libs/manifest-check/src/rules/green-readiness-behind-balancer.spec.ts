import { deployment, findingsOf, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'green-readiness-behind-balancer';
const alone = deployment({ spec: { replicas: 1 }, env: { SHUTDOWN_SINGLE_REPLICA: 'true' } });

function ingress(annotations: Readonly<Record<string, string>>): string {
  const defaultBackend = { service: { name: 'orders', port: { number: 80 } } };
  return resource('Ingress', { defaultBackend }, { apiVersion: 'networking.k8s.io/v1', annotations });
}

describe('green-readiness-behind-balancer', () => {
  it('passes a Service alone, balancers that follow endpoints or have nodes as targets, and a red readiness', () => {
    expect(messagesOf(rule, [alone, service()])).toEqual([]);
    expect(messagesOf(rule, [alone, service(), ingress({ 'kubernetes.io/ingress.class': 'nginx' })])).toEqual([]);
    const nodes = ingress({ 'alb.ingress.kubernetes.io/target-type': 'instance' });
    expect(messagesOf(rule, [alone, service(), nodes])).toEqual([]);
    const pods = ingress({ 'alb.ingress.kubernetes.io/target-type': 'ip' });
    expect(messagesOf(rule, [deployment(), service(), pods])).toEqual([]);
  });

  it.each([
    ['ALB with ip targets', ingress({ 'alb.ingress.kubernetes.io/target-type': 'ip' })],
    ['HAProxy with its own checks', ingress({ 'haproxy.org/check-http': '/health/ready' })],
    ['HAProxy with its own checks', ingress({ 'haproxy-ingress.github.io/health-check-uri': '/health/ready' })],
    [
      'target group of pods',
      resource('TargetGroupBinding', { serviceRef: { name: 'orders', port: 80 }, targetType: 'ip' }),
    ],
  ])('fails one behind %s', (name, balancer) => {
    expect(findingsOf(rule, [alone, service(), balancer])).toMatchObject([
      {
        message: `singleReplica keeps readiness green while the service stops, but ${name} asks for it itself`,
        remedy: expect.stringMatching(
          /^Delete SHUTDOWN_SINGLE_REPLICA, and write:\nreplicas: 2\n---\n.*\nkind: PodDisruptionBudget\n/,
        ) as string,
      },
    ]);
  });

  it.each([
    ['NLB with ip targets', { 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' }],
    ['HAProxy with its own checks', { 'haproxy.org/check-http': '/health/ready' }],
    ["Google Cloud's load balancer", { 'cloud.google.com/neg': '{"ingress": true}' }],
  ])('fails one whose Service is that of %s', (name, annotations) => {
    const messages = messagesOf(rule, [alone, service({}, { annotations })]);
    expect(messages).toEqual([expect.stringContaining(`${name} asks for it itself`)]);
  });
});
