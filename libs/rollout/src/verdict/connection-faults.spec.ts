import { drained, MadeUpRollout, REFUSED, RESET } from '../../../../test/support/made-up-rollout.js';

describe('the faults of connections', () => {
  describe('listener-closed-early', () => {
    const early = (): MadeUpRollout =>
      new MadeUpRollout().happen(10_050, { type: 'listener-closed', pod: 'old' }).exit(12_000);

    it('explains what was refused while nodes still routed there, and says how long the lame duck must be', () => {
      const rollout = early().requests(4, { ...REFUSED, sentAt: 10_800 });
      expect(rollout.faults()).toEqual(['listener-closed-early']);
      expect(rollout.fault('listener-closed-early').evidence).toContain('taken for 50 ms after SIGTERM');
      expect(rollout.fault('listener-closed-early').remedy).toContain('SHUTDOWN_LAME_DUCK=5s');
    });

    it('never says that a pod took connections which it refused, whatever the witness saw, and the other pods did', () => {
      const rollout = new MadeUpRollout()
        .requests(4, { ...REFUSED, sentAt: 10_025 })
        .happen(10_100, { type: 'signal-sent', pod: 'other', signal: 'SIGTERM', remainingMs: 30_000 })
        .request({ ...REFUSED, sentAt: 14_000, pod: 'other' })
        .exit(13_900, { pod: 'other' })
        .request({ sentAt: 1000, pod: 'old' })
        .killed();
      const { evidence, lost } = rollout.fault('listener-closed-early');
      expect(lost).toBe(5);
      expect(evidence).toContain('taken for as little as 26 ms after SIGTERM');
    });

    it('is not seen where the listener closed early and no request came', () => {
      expect(early().faults()).toEqual([]);
    });

    it('takes the longest lag it saw for its number', () => {
      const rollout = early().request({ ...REFUSED, sentAt: 16_300, connect: 'black-hole', fate: 'black-hole' });
      expect(rollout.fault('listener-closed-early').remedy).toContain('SHUTDOWN_LAME_DUCK=8s');
    });
  });

  describe('silent-connection-closed', () => {
    const closing = { pod: 'old', connectedAt: 2000, sentAt: 10_500, answeredAt: 10_520, endsConnection: true };
    const silent = { ...RESET, connectedAt: 3000, sentAt: 11_990, endedAt: 12_010 };
    const stopped = (): MadeUpRollout => drained().exit(12_500);

    it('is the cause where a pod ends its connections by its answers, and this one had none to end it', () => {
      const rollout = stopped().request(closing).requests(2, silent);
      expect(rollout.faults()).toEqual(['silent-connection-closed']);
      expect(rollout.fault('silent-connection-closed')).toMatchObject({ lost: 2, pods: ['old'] });
    });

    it('is not, where the pod ends none, keeps another one, or has answered on this one', () => {
      const open = { ...closing, endsConnection: false };
      expect(stopped().request(open).request(silent).faults()).toEqual(['no-connection-close']);
      const kept = stopped()
        .request(closing)
        .request({ ...open, connectedAt: 2500 });
      kept.request({ ...open, connectedAt: 2500, sentAt: 11_000, answeredAt: 11_020 });
      expect(kept.request(silent).faults()).toEqual(['no-connection-close']);
      const answered = stopped()
        .request(closing)
        .request({ ...open, connectedAt: 3000 });
      expect(answered.request(silent).faults()).toEqual(['no-connection-close']);
    });
  });

  describe('no-connection-close', () => {
    it('explains what was cut on connections from before the signal', () => {
      const rollout = drained()
        .request({ sentAt: 9000, pod: 'old', connectedAt: 2000 })
        .request({ sentAt: 10_500, pod: 'old', connectedAt: 2000 })
        .request({ ...RESET, sentAt: 12_490, connectedAt: 2000, endedAt: 12_500 })
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

  describe('over HTTP/2', () => {
    const stream = { ...RESET, client: 'http2' as const, kind: 'H2 /' };
    const refusedStream = { ...stream, detail: 'Stream closed with error code NGHTTP2_REFUSED_STREAM' };

    it('advises GOAWAY, and never a header that has no place there', () => {
      const rollout = drained()
        .request({ ...stream, sentAt: 10_900, connectedAt: 2000 })
        .exit(12_500);
      expect(rollout.faults()).toEqual(['no-connection-close']);
      const { evidence, remedy } = rollout.fault('no-connection-close');
      expect(evidence).toBe('1 request was cut on connections from before SIGTERM; stopping took up to 2.5 s.');
      expect(remedy).toContain('session.close()');
      expect(remedy).not.toContain("'Connection'");
      rollout.request({ ...RESET, sentAt: 10_900, connectedAt: 2001 });
      expect(rollout.fault('no-connection-close').remedy).toContain("'Connection'");
    });

    it('calls a stream that was refused on every session what it is', () => {
      const rollout = drained()
        .requests(2, { ...refusedStream, sentAt: 10_300 })
        .exit(12_500);
      expect(rollout.faults()).toEqual(['refuses-while-routed']);
      expect(rollout.fault('refuses-while-routed').evidence).toContain('2 requests got REFUSED_STREAM of HTTP/2');
    });
  });

  describe('the length of the lame duck', () => {
    const advised = (rollout: MadeUpRollout): (string | undefined)[] =>
      rollout.verdict().faults.map(({ remedy }) => /SHUTDOWN_LAME_DUCK=(\d+)s/.exec(remedy)?.[1]);
    const both = (...scenario: ConstructorParameters<typeof MadeUpRollout>): MadeUpRollout =>
      new MadeUpRollout(...scenario)
        .request({ sentAt: 10_400, pod: 'old', fate: 'server-error', status: 503, detail: 'shutting down' })
        .request({ ...REFUSED, sentAt: 10_800 })
        .exit(12_000);

    it('is one number in all remedies, and never below the default', () => {
      expect(advised(both())).toEqual(['5', '5']);
    });

    it('outlasts the latest that a node may learn here, whatever this run has drawn', () => {
      const endpointLag = { min: 5000, median: 12_000, p99: 25_000, max: 25_000 };
      expect(advised(both({ network: { endpointLag } }))).toEqual(['26', '26']);
    });

    it('never comes with a shorter grace period', () => {
      const endpointLag = { min: 5000, median: 12_000, p99: 29_000, max: 29_000 };
      const remedy = (gracePeriodMs: number): string =>
        both({ network: { endpointLag }, pod: { gracePeriodMs } }).fault('listener-closed-early').remedy;
      expect(remedy(30_000)).toContain('terminationGracePeriodSeconds: 50');
      expect(remedy(55_000)).not.toContain('terminationGracePeriodSeconds');
    });
  });

  describe('pre-stop-only', () => {
    const withPreStop = (ms: number): MadeUpRollout =>
      new MadeUpRollout({ pod: { preStop: { kind: 'sleep', ms } } })
        .happen(9990 - ms, { type: 'pre-stop-started', pod: 'old' })
        .happen(9990, { type: 'pre-stop-ended', pod: 'old', result: 'done', detail: '' })
        .request({ ...RESET, sentAt: 10_300, endedAt: 10_400, connectedAt: 2000 });

    it('explains cut connections of a service whose only delay is the preStop hook', () => {
      const rollout = withPreStop(5000).exit(10_400);
      expect(rollout.faults()).toEqual(['pre-stop-only']);
      expect(rollout.fault('pre-stop-only').remedy).toContain('SHUTDOWN_LAME_DUCK=5s');
    });

    it('is not the cause of what was cut by SIGKILL, on a connection that was kept until then', () => {
      const rollout = withPreStop(5000)
        .happen(10_200, { type: 'listener-closed', pod: 'old' })
        .request({ sentAt: 30_000, pod: 'old', connectedAt: 2001 })
        .request({ sentAt: 39_000, pod: 'old', connectedAt: 2001 })
        .requests(3, { ...RESET, sentAt: 39_980, endedAt: 40_001, connectedAt: 2001 })
        .killed({ openConnections: 1 });
      expect(rollout.fault('pre-stop-only').lost).toBe(1);
      expect(rollout.fault('pre-stop-only').evidence).toContain('within 400 ms of SIGTERM: 1 request was sent');
      expect(rollout.fault('no-connection-close').lost).toBe(3);
      expect(rollout.fault('no-connection-close').evidence).toContain('3 requests were cut');
    });

    it('advises no lame duck that is shorter than the preStop hook was', () => {
      const { remedy } = withPreStop(8000).exit(10_400).fault('pre-stop-only');
      expect(remedy).toContain('keep serving for 8 s');
      expect(remedy).toContain('SHUTDOWN_LAME_DUCK=8s');
    });

    it('is not the cause where the service has a delay of its own', () => {
      expect(withPreStop(5000).exit(13_000).faults()).toEqual(['no-connection-close']);
    });
  });
});
