import {
  drained,
  MadeUpRollout,
  probe,
  REFUSED,
  RESET,
  stoppedWell,
} from '../../../../test/support/made-up-rollout.js';

describe('one mistake is one fault:', () => {
  const held = { ...RESET, sentAt: 9900, endedAt: 10_110 };
  const kept = { ...RESET, connectedAt: 2000, sentAt: 10_020, endedAt: 10_110 };

  describe('a service that exits at SIGTERM with work in its hands', () => {
    const left = (): MadeUpRollout =>
      new MadeUpRollout()
        .request(held)
        .request(kept)
        .requests(2, { ...REFUSED, sentAt: 10_600 })
        .exit(10_105);

    it('cuts it, and by the same exit loses what still comes', () => {
      expect(left().faults()).toEqual(['cuts-in-flight']);
      const { lost, evidence, remedy } = left().fault('cuts-in-flight');
      expect(lost).toBe(4);
      expect(evidence).toContain('2 requests were cut');
      expect(evidence).toContain('and 2 came after it had gone');
      expect(remedy).toContain('go on accepting and serving for at least 5 s');
    });

    it('has not left where it goes on to answer, or where a request only crossed the end of an idle connection', () => {
      const answered = left().request({ sentAt: 9960, pod: 'old', endedAt: 10_200 });
      expect(answered.faults()[0]).not.toBe('cuts-in-flight');
      const crossing = new MadeUpRollout()
        .request({ ...held, sentAt: 9990, connectedAt: 2000 })
        .requests(2, { ...REFUSED, sentAt: 10_600 })
        .exit(10_105);
      expect(crossing.faults()[0]).toBe('listener-closed-early');
    });

    it('has a second mistake where it exits after a lame duck that is too short', () => {
      const rollout = new MadeUpRollout()
        .request({ ...held, endedAt: 11_610 })
        .requests(2, { ...REFUSED, sentAt: 11_800 })
        .exit(11_605);
      expect(rollout.faults()).toEqual(['listener-closed-early', 'cuts-in-flight']);
    });
  });

  describe('a service that closes its listener at SIGTERM', () => {
    const closed = (): MadeUpRollout =>
      new MadeUpRollout()
        .happen(10_050, { type: 'listener-closed', pod: 'old' })
        .requests(3, { ...REFUSED, sentAt: 10_600 })
        .exit(12_000);
    const refused = { fate: 'server-error', status: 503, detail: 'Service Unavailable', pod: 'old' } as const;

    it('closes old connections by that, too', () => {
      const rollout = closed().request({ ...kept, endedAt: 10_060 });
      expect(rollout.faults()).toEqual(['listener-closed-early']);
      expect(rollout.fault('listener-closed-early').lost).toBe(4);
    });

    it('answers 503 on old ones by that, its liveness among them', () => {
      const rollout = closed()
        .requests(2, { ...refused, connectedAt: 2000, sentAt: 10_100 })
        .probed(10_300, 'old', { probe: 'liveness', isSuccess: false, detail: '503 Service Unavailable' });
      expect(rollout.faults()).toEqual(['listener-closed-early']);
      expect(rollout.fault('listener-closed-early').lost).toBe(5);
    });

    it('is another one than to tie liveness to readiness, which both ask the same path', () => {
      const pod = { readinessProbe: probe('/health'), livenessProbe: probe('/health') };
      const rollout = drained({ pod })
        .requests(2, { ...refused, connectedAt: 2000, sentAt: 10_100 })
        .probed(10_300, 'old', { probe: 'liveness', isSuccess: false, detail: '503 Service Unavailable' })
        .exit(12_500);
      expect(rollout.faults()).toEqual(['refuses-while-routed', 'liveness-follows-readiness']);
    });
  });

  describe('a service that crashes after SIGTERM', () => {
    const crashed = (at: number): MadeUpRollout =>
      new MadeUpRollout()
        .happen(at - 5, { type: 'log-written', pod: 'old', stream: 'stderr', line: 'TypeError: pool is undefined' })
        .happen(at - 4, { type: 'log-written', pod: 'old', stream: 'stderr', line: 'Node.js v20.20.2' });

    it('loses by that what it had in its hands and what still comes', () => {
      const rollout = crashed(10_100)
        .request(held)
        .request(kept)
        .requests(3, { ...REFUSED, sentAt: 10_600 })
        .exit(10_105, { code: 1 });
      expect(rollout.faults()).toEqual(['crashes-while-stopping']);
      expect(rollout.fault('crashes-while-stopping')).toMatchObject({ severity: 'error', lost: 5, pods: ['old'] });
      expect(rollout.fault('crashes-while-stopping').evidence).toMatch(/It said: TypeError: pool is undefined$/);
    });

    it('looks the same where its end was known late, as on a busy machine', () => {
      const rollout = crashed(10_600)
        .happen(10_090, { type: 'listener-closed', pod: 'old' })
        .request(held)
        .request(kept)
        .requests(3, { ...REFUSED, sentAt: 10_400 })
        .exit(10_700, { code: 1 });
      expect(rollout.faults()).toEqual(['crashes-while-stopping']);
    });

    it('does so although nothing was lost by it, and whatever signal ended it', () => {
      expect(crashed(12_400).exit(12_500, { code: 1 }).faults()).toEqual(['crashes-while-stopping']);
      expect(drained().exit(12_500, { code: null, signal: 'SIGSEGV' }).faults()).toEqual(['crashes-while-stopping']);
      expect(drained().exit(12_500, { code: 134 }).verdict().isClean).toBe(false);
    });

    it('had closed its listener early all the same, where it had done that long before', () => {
      const rollout = crashed(13_000)
        .happen(10_050, { type: 'listener-closed', pod: 'old' })
        .requests(2, { ...REFUSED, sentAt: 10_600 })
        .exit(13_005, { code: 1 });
      expect(rollout.faults()).toEqual(['listener-closed-early', 'crashes-while-stopping']);
    });

    it('is not seen in an error that it logs, and goes on after', () => {
      expect(crashed(11_000).exit(12_500).faults()).toEqual([]);
    });
  });

  describe('what only follows is not told:', () => {
    it('the exit code of npm, and readiness that stays green, where the service never heard of the signal', () => {
      const rollout = new MadeUpRollout({ command: ['npm', 'start'] })
        .happen(10_100, { type: 'signal-sent', pod: 'other', signal: 'SIGTERM', remainingMs: 30_000 })
        .exit(10_800, { pod: 'other', code: 1 })
        .request({ ...held, endedAt: 10_900 })
        .probed(10_700, 'old', { probe: 'readiness' })
        .exit(10_900, { code: 1 });
      expect(rollout.faults()).toEqual(['signal-not-forwarded']);
    });

    it('readiness that stays green in a service that ignores the signal', () => {
      expect(new MadeUpRollout().probed(11_000, 'old', { probe: 'readiness' }).killed().faults()).toEqual([
        'ignores-sigterm',
      ]);
    });

    it('a stop that takes all that a preStop hook has left of its time', () => {
      const rollout = new MadeUpRollout({ pod: { preStop: { kind: 'exec', command: ['sleep', '60'] } } })
        .happen(9950, { type: 'pre-stop-started', pod: 'old' })
        .happen(9990, { type: 'pre-stop-ended', pod: 'old', result: 'abandoned', detail: '' })
        .exit(38_000);
      expect(rollout.faults()).toEqual(['pre-stop-outlives-grace']);
    });

    it('liveness, where it restarts pods that have not been ready yet', () => {
      const rollout = stoppedWell().happen(6000, {
        type: 'container-restarted',
        pod: 'new',
        reason: 'the liveness probe failed',
      });
      expect(rollout.faults()).toEqual(['slow-start']);
    });
  });

  describe('where no pod is ready', () => {
    it('those that close in good time are still asked, which is the strategy and not their listener', () => {
      const rollout = drained()
        .happen(10_900, { type: 'endpoints-changed', ready: [], terminating: ['old'] })
        .requests(2, { ...REFUSED, sentAt: 13_000 })
        .exit(12_500);
      expect(rollout.faults()).toEqual(['too-few-ready']);
      expect(rollout.fault('too-few-ready').lost).toBe(2);
    });

    it('because readiness turned on pods that serve, the strategy is not to blame', () => {
      const detail = '503 Service Unavailable';
      const rollout = stoppedWell()
        .probed(19_900, 'new', { probe: 'readiness', isSuccess: false, detail })
        .happen(20_000, { type: 'pod-not-ready', pod: 'new' })
        .happen(20_100, { type: 'endpoints-changed', ready: [], terminating: [] })
        .requests(4, { sentAt: 20_500, fate: 'refused' })
        .happen(22_000, { type: 'pod-ready', pod: 'new' });
      expect(rollout.faults()).toEqual(['readiness-flaps']);
      expect(rollout.fault('readiness-flaps')).toMatchObject({ lost: 4, pods: ['new'] });
      expect(rollout.fault('readiness-flaps').evidence).toContain(detail);
    });
  });

  it('requests that are only ever given up are never answered, and not slow', () => {
    const late = { kind: 'GET /report', fate: 'timeout', pod: 'other' } as const;
    const rollout = stoppedWell();
    for (const sentAt of [500, 600, 700, 6000, 7000, 8000])
      rollout.request({ ...late, sentAt, endedAt: sentAt + 5000 });
    expect(rollout.faults()).toEqual(['never-answered']);
    expect(rollout.request({ kind: 'GET /report', sentAt: 9000, pod: 'other' }).faults()).toEqual(['slow-answer']);
  });
});
