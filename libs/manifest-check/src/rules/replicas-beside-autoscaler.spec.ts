import { deployment, type Json, messagesOf, resource } from '../../../../test/support/manifests.js';

const rule = 'replicas-beside-autoscaler';

function scaler(spec: Readonly<Record<string, Json>>, kind = 'HorizontalPodAutoscaler'): string {
  return resource(
    kind,
    { scaleTargetRef: { kind: 'Deployment', name: 'orders' }, ...spec },
    { apiVersion: 'autoscaling/v2' },
  );
}

describe('replicas-beside-autoscaler', () => {
  it.each([
    ['an autoscaler alone', [deployment({ spec: { replicas: null } }), scaler({ maxReplicas: 9 })]],
    ['replicas alone', [deployment()]],
    [
      'an autoscaler of another',
      [deployment(), scaler({ maxReplicas: 9, scaleTargetRef: { kind: 'Deployment', name: 'basket' } })],
    ],
    ['an autoscaler that is switched off', [deployment({ spec: { replicas: 0 } }), scaler({ maxReplicas: 9 })]],
    ['as many as there may be', [deployment({ spec: { replicas: 3 } }), scaler({ maxReplicas: 3 })]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it('warns of both, with KEDA too', () => {
    expect(messagesOf(rule, [deployment(), scaler({ maxReplicas: 9 })])).toEqual([
      'replicas is 2, and HorizontalPodAutoscaler orders scales it up to 9',
    ]);
    expect(messagesOf(rule, [deployment(), scaler({}, 'ScaledObject')])).toEqual([
      'replicas is 2, and ScaledObject orders scales it up to 100',
    ]);
  });
});
