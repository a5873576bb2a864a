import { deployment, fixedBy, type Json, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'rollout-takes-pods-away';

function rolled(replicas: number, strategy: Json | undefined): readonly string[] {
  return [deployment({ spec: { replicas, ...(strategy !== undefined && { strategy }) } }), service()];
}

describe('rollout-takes-pods-away', () => {
  it.each([
    ['three pods and the default, whose share is rounded down to none', rolled(3, undefined)],
    ['none', rolled(4, { rollingUpdate: { maxUnavailable: 0 } })],
    ['one of many', rolled(5, undefined)],
    ['all of them, which another rule finds', rolled(2, { rollingUpdate: { maxUnavailable: 2 } })],
    ['a worker', rolled(4, undefined).slice(0, 1)],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  const bad = [
    ['the default', rolled(4, undefined), 'maxUnavailable 25% (the default) takes 1 of 4 pods away during a rollout'],
    [
      'a number',
      rolled(2, { rollingUpdate: { maxUnavailable: 1 } }),
      'maxUnavailable 1 takes 1 of 2 pods away during a rollout',
    ],
    [
      'the default beside a surge',
      rolled(4, { rollingUpdate: { maxSurge: 2 } }),
      'maxUnavailable 25% (the default) takes 1 of 4 pods away during a rollout',
    ],
    [
      'the default beside a type',
      rolled(4, { type: 'RollingUpdate' }),
      'maxUnavailable 25% (the default) takes 1 of 4 pods away during a rollout',
    ],
  ] as const;

  it.each(bad)('fails %s', (_what, texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([message]);
  });

  it.each(bad)('has a fix for %s, after which nothing is found', (_what, texts) => {
    expect(messagesOf(rule, [fixedBy(rule, texts), service()])).toEqual([]);
  });

  it('has no fix where it would leave both at 0', () => {
    const texts = rolled(2, { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
    expect(messagesOf(rule, texts)).toHaveLength(1);
    expect(fixedBy(rule, texts)).toBe(texts[0]);
  });
});
