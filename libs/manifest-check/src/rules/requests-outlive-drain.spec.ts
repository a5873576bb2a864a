import { deployment, findingsOf, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'requests-outlive-drain';

function found(longestRequestMs: number | undefined, texts = [deployment(), service()]): readonly string[] {
  return messagesOf(rule, texts, { facts: { longestRequestMs } });
}

describe('requests-outlive-drain', () => {
  it('passes requests that end in time, those of unknown length, and workers', () => {
    expect(found(13_000)).toEqual([]);
    expect(found(undefined)).toEqual([]);
    expect(found(60_000, [deployment()])).toEqual([]);
    expect(found(60_000, [deployment({ env: { SHUTDOWN_ENABLED: 'false' } }), service()])).toEqual([]);
  });

  it('fails requests that take longer, and says how much it takes', () => {
    const facts = { longestRequestMs: 60_000 };
    expect(findingsOf(rule, [deployment(), service()], { facts })).toMatchObject([
      {
        message: 'the longest request takes 60s, but the drain 13s',
        remedy:
          "env:\n  - name: SHUTDOWN_GRACE_PERIOD\n    value: 77s\n# and in the pod's spec:\nterminationGracePeriodSeconds: 77",
      },
    ]);
    const written = deployment({ env: { SHUTDOWN_DRAIN_TIMEOUT: '5s' } });
    expect(findingsOf(rule, [written, service()], { facts })).toMatchObject([
      { remedy: expect.stringMatching(/value: 85s\n {2}- name: SHUTDOWN_DRAIN_TIMEOUT\n {4}value: 60s\n/) as string },
    ]);
    const told = deployment({ pod: { terminationGracePeriodSeconds: 77 }, env: { SHUTDOWN_GRACE_PERIOD: '77s' } });
    expect(messagesOf(rule, [told, service()], { facts })).toEqual([]);
  });
});
