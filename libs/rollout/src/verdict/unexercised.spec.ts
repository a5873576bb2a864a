import { MadeUpRollout, REFUSED, stoppedWell } from '../../../../test/support/made-up-rollout.js';
import { FAULT_RULES } from './fault-rules.js';
import { CONDITIONS } from './unexercised.js';

const whyOf = (rollout: MadeUpRollout): Record<string, string> =>
  Object.fromEntries(rollout.verdict().unexercised.map(({ code, why }) => [code, why]));

describe('what a run could not have shown', () => {
  it('knows no fault that there is not', () => {
    const codes = FAULT_RULES.map(({ code }) => code);
    expect(Object.keys(CONDITIONS).filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('is named with the reason', () => {
    expect(whyOf(stoppedWell())).toMatchObject({
      chaos: 'nothing goes wrong on purpose (--chaos)',
      'pre-stop-failed': 'there is no preStop hook',
      'streams-not-ended': 'the load has no stream',
      'signal-not-forwarded': 'no package manager or shell stands before the service',
      'p99-above-limit': 'there is no --max-p99',
      'no-connection-close': 'no connection carried a second request',
    });
    const plain = { pod: { livenessProbe: undefined, isPid1: false } };
    expect(whyOf(stoppedWell())).not.toHaveProperty('ignores-sigterm');
    expect(whyOf(new MadeUpRollout(plain).exit(12_500))).toMatchObject({
      'ignores-sigterm': 'the service did not run as pid 1',
      'liveness-follows-readiness': 'there is no liveness probe',
    });
  });

  it('is nothing that was seen, nor what a stop could have shown', () => {
    const lossy = stoppedWell().request({ ...REFUSED, sentAt: 10_800 });
    const codes = Object.keys(whyOf(lossy));
    for (const { code } of lossy.verdict().faults) expect(codes).not.toContain(code);
    expect(codes).not.toContain('listener-closed-early');
    expect(codes).not.toContain('cuts-in-flight');
  });

  it('is every fault of a stop where nothing was stopped', () => {
    const cut = new MadeUpRollout().without('signal-sent').without('update-started');
    expect(whyOf(cut)).toMatchObject({
      'listener-closed-early': 'no pod was sent SIGTERM',
      'too-few-ready': 'the update was not played',
    });
  });
});
