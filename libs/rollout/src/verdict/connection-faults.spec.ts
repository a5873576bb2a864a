import { MadeUpRollout } from '../../../../test/support/made-up-rollout.js';

const reset = { pod: 'old', fate: 'reset' as const, detail: 'ECONNRESET' };
const refused = { pod: 'old', fate: 'reset' as const, connect: 'refused' as const, detail: 'ECONNRESET' };

/** A pod that began to stop in the open: it closed its listener in good time. */
function drained(...scenario: ConstructorParameters<typeof MadeUpRollout>): MadeUpRollout {
  return new MadeUpRollout(...scenario).happen(12_000, { type: 'listener-closed', pod: 'old' });
}

describe('the faults of connections', () => {
  describe('listener-closed-early', () => {
    const early = (): MadeUpRollout =>
      new MadeUpRollout().happen(10_050, { type: 'listener-closed', pod: 'old' }).exit(12_000);

    it('explains what was refused while nodes still routed there, and says how long the lame duck must be', () => {
      const rollout = early().requests(4, { ...refused, sentAt: 10_800 });
      expect(rollout.faults()).toEqual(['listener-closed-early']);
      expect(rollout.fault('listener-closed-early').evidence).toContain('taken for 50 ms after SIGTERM');
      expect(rollout.fault('listener-closed-early').remedy).toContain('SHUTDOWN_LAME_DUCK=5s');
    });

    it('never says that a pod took connections which it refused, whatever the witness saw, and the other pods did', () => {
      const rollout = new MadeUpRollout()
        .requests(4, { ...refused, sentAt: 10_025 })
        .happen(10_100, { type: 'signal-sent', pod: 'other', signal: 'SIGTERM', remainingMs: 30_000 })
        .request({ ...refused, sentAt: 14_000, pod: 'other' })
        .exit(13_900, { pod: 'other' })
        .request({ sentAt: 1000, pod: 'old' })
        .killed();
      const { evidence, lost } = rollout.fault('listener-closed-early');
      expect(lost).toBe(5);
      expect(evidence).toContain('taken for as little as 26 ms after SIGTERM');
    });

    it('is not seen where the listener closed early and nobody came', () => {
      expect(early().faults()).toEqual([]);
    });

    it('takes the longest lag it saw for its number', () => {
      const rollout = early().request({ ...refused, sentAt: 16_300, connect: 'black-hole', fate: 'black-hole' });
      expect(rollout.fault('listener-closed-early').remedy).toContain('SHUTDOWN_LAME_DUCK=8s');
    });
  });

  describe('no-connection-close', () => {
    it('explains what was cut on connections from before the signal', () => {
      const rollout = drained()
        .request({ sentAt: 9000, pod: 'old', connectedAt: 2000 })
        .request({ sentAt: 10_500, pod: 'old', connectedAt: 2000 })
        .request({ ...reset, sentAt: 12_490, connectedAt: 2000, endedAt: 12_500 })
        .exit(12_500);
      expect(rollout.faults()).toEqual(['no-connection-close']);
      expect(rollout.fault('no-connection-close').evidence).toContain('1 connection went on being used');
    });

    it('explains a pod that waited for used connections until it was killed', () => {
      const rollout = drained().killed();
      for (const sentAt of [10_500, 20_000, 39_000]) rollout.request({ sentAt, pod: 'old', connectedAt: 2000 });
      expect(rollout.faults()).toEqual(['no-connection-close']);
      expect(rollout.fault('no-connection-close').evidence).toContain('1 of 1 pod waited');
    });

    it('explains a pod that waited for idle connections that its last answers had left open', () => {
      const left = { sentAt: 9990, endedAt: 11_000, pod: 'old', connectedAt: 2000 };
      expect(
        drained()
          .killed()
          .request({ ...left, endsConnection: false })
          .faults(),
      ).toEqual(['no-connection-close']);
      expect(
        drained()
          .killed()
          .request({ ...left, endsConnection: true })
          .faults(),
      ).toEqual(['hook-hangs']);
    });
  });

  describe('pre-stop-only', () => {
    const withPreStop = (ms: number): MadeUpRollout =>
      new MadeUpRollout({ pod: { preStop: { kind: 'sleep', ms } } })
        .happen(9990 - ms, { type: 'pre-stop-started', pod: 'old' })
        .happen(9990, { type: 'pre-stop-ended', pod: 'old', result: 'done', detail: '' })
        .request({ ...reset, sentAt: 10_300, endedAt: 10_400, connectedAt: 2000 });

    it('explains cut connections of a service whose only delay is the preStop hook', () => {
      const rollout = withPreStop(5000).exit(10_400);
      expect(rollout.faults()).toEqual(['pre-stop-only']);
      expect(rollout.fault('pre-stop-only').remedy).toContain('SHUTDOWN_LAME_DUCK=5s');
    });

    it('is not the cause where the service has a delay of its own', () => {
      expect(withPreStop(5000).exit(13_000).faults()).toEqual(['no-connection-close']);
    });
  });
});
