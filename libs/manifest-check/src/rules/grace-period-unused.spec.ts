import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'grace-period-unused';
const preStop = { lifecycle: { preStop: { sleep: { seconds: 20 } } } };

function given(seconds: number, env: Readonly<Record<string, string>> = {}, container = {}): string {
  return deployment({ pod: { terminationGracePeriodSeconds: seconds }, env, container });
}

describe('grace-period-unused', () => {
  it.each([
    ['the default', given(30)],
    ['a few seconds more', given(34)],
    ['what the service is told', given(90, { SHUTDOWN_GRACE_PERIOD: '90s' })],
    ['more, where preStop needs it', given(50, {}, preStop)],
    [
      'any time, where the length of preStop is unknown',
      given(90, {}, { lifecycle: { preStop: { exec: { command: ['/app/leave.sh'] } } } }),
    ],
    ['any time, where the shutdown is switched off', given(90, { SHUTDOWN_ENABLED: 'false' })],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it('fails a grace period that the service does not know', () => {
    expect(messagesOf(rule, [given(90)])).toEqual([
      'the pod is given 90s, but the service plans with a grace period of 30s (the default)',
    ]);
    expect(messagesOf(rule, [given(60, {}, preStop)])).toHaveLength(1);
  });

  it('leaves a preStop its time in what it says to write', () => {
    const [finding] = findingsOf(rule, [given(60, {}, preStop)]);
    expect(finding?.remedy).toContain('value: 40s');
    expect(messagesOf(rule, [given(60, { SHUTDOWN_GRACE_PERIOD: '40s' }, preStop)])).toEqual([]);
    expect(messagesOf('grace-period-too-short', [given(60, { SHUTDOWN_GRACE_PERIOD: '40s' }, preStop)])).toEqual([]);
  });

  it('points at the variable that has the shorter one', () => {
    const [finding] = findingsOf(rule, [given(90, { SHUTDOWN_GRACE_PERIOD: '40s' })]);
    expect(finding?.message).toBe('the pod is given 90s, but the service plans with a grace period of 40s');
    expect(given(90, { SHUTDOWN_GRACE_PERIOD: '40s' }).split('\n')[(finding?.line ?? 0) - 1]).toContain('"40s"');
  });

  it('says to write no more than a day, which is the most that a service takes', () => {
    expect(findingsOf(rule, [given(200_000)])[0]?.remedy).toContain('value: 86400s');
    expect(messagesOf(rule, [given(200_000, { SHUTDOWN_GRACE_PERIOD: '24h' })])).toEqual([]);
  });
});
