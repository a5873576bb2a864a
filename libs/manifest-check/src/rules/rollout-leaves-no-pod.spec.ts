import { deployment, findingsOf, type Json, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'rollout-leaves-no-pod';

function rolled(replicas: number, rollingUpdate: Json): readonly string[] {
  return [deployment({ spec: { replicas, strategy: { rollingUpdate } } }), service()];
}

describe('rollout-leaves-no-pod', () => {
  it.each([
    ['one pod and the default, whose share is rounded down to none', rolled(1, {})],
    ['one that stays', rolled(2, { maxUnavailable: 1 })],
    ['nine tenths of ten', rolled(10, { maxUnavailable: '90%' })],
    ['a worker', rolled(1, { maxSurge: 0, maxUnavailable: 1 }).slice(0, 1)],
    ['no pods at all', rolled(0, { maxUnavailable: 1 })],
    ['another strategy', [deployment({ spec: { replicas: 1, strategy: { type: 'Recreate' } } }), service()]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  const all = (kind: string, maxUnavailable: Json, spec: object = {}) => {
    const { strategy: _, ...parts } = { strategy: 0, updateStrategy: { rollingUpdate: { maxUnavailable } }, ...spec };
    return [deployment({ spec: parts }).replace('"kind": "Deployment"', `"kind": "${kind}"`), service()];
  };

  it('fails a DaemonSet that stops all pods at once, and warns of a StatefulSet', () => {
    expect(findingsOf(rule, all('DaemonSet', '100%'))).toMatchObject([
      { severity: 'error', remedy: 'maxUnavailable: 1' },
    ]);
    expect(findingsOf(rule, all('StatefulSet', '100%'))).toMatchObject([
      { severity: 'warning', message: expect.stringContaining('feature gate MaxUnavailableStatefulSet') as unknown },
    ]);
    expect(messagesOf(rule, all('StatefulSet', 2))).toHaveLength(1);
  });

  it.each([
    ['a DaemonSet that stops a tenth', all('DaemonSet', '10%')],
    ['one that nothing routes to', all('DaemonSet', '100%').slice(0, 1)],
    [
      'one that is updated by hand',
      all('DaemonSet', '100%', { updateStrategy: { type: 'OnDelete', rollingUpdate: { maxUnavailable: '100%' } } }),
    ],
    ['a StatefulSet that stops one', all('StatefulSet', 1)],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each([
    ['all of them', rolled(2, { maxUnavailable: '100%' }), 'maxUnavailable 100% and maxSurge 1 a rollout of 2 pods'],
    ['the only one', rolled(1, { maxUnavailable: 1 }), 'maxUnavailable 1 and maxSurge 1 a rollout of 1 pod leaves'],
    ['a share that makes none of both', rolled(1, { maxSurge: 0 }), 'maxUnavailable 25% and maxSurge 0 a rollout of 1'],
    ['two zeros', rolled(3, { maxSurge: '0%', maxUnavailable: 0 }), 'maxSurge and maxUnavailable are both 0'],
  ])('fails %s', (_what, texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([expect.stringContaining(message)]);
  });

  const canary = (strategy: Json) => [
    deployment({ spec: { replicas: 3, strategy } })
      .replace('"kind": "Deployment"', '"kind": "Rollout"')
      .replace('apps/v1', 'argoproj.io/v1alpha1'),
    service(),
  ];

  it('fails a Rollout whose canary stops all pods at once', () => {
    expect(messagesOf(rule, canary({ canary: { maxSurge: 0, maxUnavailable: '100%' } }))).toEqual([
      expect.stringContaining('maxUnavailable 100% and maxSurge 0 a rollout of 3 pods leaves none'),
    ]);
    for (const strategy of [{ canary: { maxUnavailable: 1 } }, { canary: {} }, { blueGreen: {} }])
      expect(messagesOf(rule, canary(strategy))).toEqual([]);
  });
});
