import { deployment, type Json, messagesOf, service } from '../../../../test/support/manifests.js';

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

  it.each([
    ['all of them', rolled(2, { maxUnavailable: '100%' }), 'maxUnavailable 100% and maxSurge 1 a rollout of 2 pods'],
    ['the only one', rolled(1, { maxUnavailable: 1 }), 'maxUnavailable 1 and maxSurge 1 a rollout of 1 pod leaves'],
    ['a share that makes none of both', rolled(1, { maxSurge: 0 }), 'maxUnavailable 25% and maxSurge 0 a rollout of 1'],
    ['two zeros', rolled(3, { maxSurge: '0%', maxUnavailable: 0 }), 'maxSurge and maxUnavailable are both 0'],
  ])('fails %s', (_what, texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([expect.stringContaining(message)]);
  });
});
