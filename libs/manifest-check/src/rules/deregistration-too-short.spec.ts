import { deployment, findingsOf, ingress, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'deregistration-too-short';

function alb(attributes: string): string {
  return ingress('alb', { 'alb.ingress.kubernetes.io/target-group-attributes': attributes });
}

function backend(drainingTimeoutSec: number): string {
  return resource(
    'BackendConfig',
    { connectionDraining: { drainingTimeoutSec } },
    { apiVersion: 'cloud.google.com/v1' },
  );
}

const withBackend = service({}, { annotations: { 'cloud.google.com/backend-config': '{"default": "orders"}' } });

describe('deregistration-too-short', () => {
  it.each([
    ['the default of AWS', [deployment(), service(), ingress('alb')]],
    ['enough', [deployment(), service(), alb('stickiness.enabled=true,deregistration_delay.timeout_seconds=18')]],
    ['other attributes', [deployment(), service(), alb('slow_start.duration_seconds=5')]],
    ['enough on Google', [deployment(), withBackend, backend(18)]],
    ['a backend without a time', [deployment(), withBackend, backend(1).replace('drainingTimeoutSec', 'x')]],
    ['a backend of others', [deployment(), service(), backend(1)]],
    [
      'a shutdown that is switched off',
      [deployment({ env: { SHUTDOWN_ENABLED: 'false' } }), service(), alb('deregistration_delay.timeout_seconds=1')],
    ],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each([
    [
      'an ALB',
      [deployment(), service(), alb('deregistration_delay.timeout_seconds=15')],
      'the target group waits 15s for requests in flight, but the service drains for 18s',
    ],
    [
      'an NLB',
      [
        deployment(),
        service(
          { type: 'LoadBalancer' },
          {
            annotations: {
              'service.beta.kubernetes.io/aws-load-balancer-target-group-attributes':
                'a=b, deregistration_delay.timeout_seconds=0',
            },
          },
        ),
      ],
      'the target group waits 0s for requests in flight, but the service drains for 18s',
    ],
    [
      'Google',
      [deployment(), withBackend, backend(5)],
      'the backend service waits 5s for requests in flight, but the service drains for 18s',
    ],
  ])('fails %s', (_what, texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([message]);
  });

  it('goes by the longest request where it is given', () => {
    const texts = [deployment(), service(), alb('deregistration_delay.timeout_seconds=15')];
    expect(messagesOf(rule, texts, { facts: { longestRequestMs: 10_000 } })).toEqual([]);
    expect(messagesOf(rule, texts, { facts: { longestRequestMs: 16_000 } })).toEqual([
      'the target group waits 15s for requests in flight, but the longest request takes 16s',
    ]);
  });

  it('keeps the other attributes in what it says to write', () => {
    const texts = [deployment(), service(), alb('stickiness.enabled=true,deregistration_delay.timeout_seconds=5')];
    expect(findingsOf(rule, texts).map(({ remedy }) => remedy)).toEqual([
      'alb.ingress.kubernetes.io/target-group-attributes: stickiness.enabled=true,deregistration_delay.timeout_seconds=18',
    ]);
  });
});
