import { drained, MadeUpRollout, REFUSED, RESET, stoppedWell } from '../../../../test/support/made-up-rollout.js';

describe('causes before symptoms:', () => {
  describe('never-answered', () => {
    const wrong = { fate: 'server-error' as const, status: 500, detail: 'relation "orders" does not exist' };

    it('explains every error of requests that were answered at no time, and is the only fault', () => {
      const rollout = stoppedWell().requests(6, { ...wrong, kind: 'GET /orders', sentAt: 3000, pod: 'other' });
      rollout.requests(3, { ...wrong, kind: 'GET /orders', sentAt: 7210, pod: 'new' });
      rollout.requests(3, { ...wrong, kind: 'GET /orders', sentAt: 10_100, pod: 'old' });
      expect(rollout.faults()).toEqual(['never-answered']);
      expect(rollout.fault('never-answered')).toMatchObject({ lost: 12 });
      expect(rollout.fault('never-answered').evidence).toContain('relation "orders" does not exist');
    });

    it('is not seen where one was answered, or where only a stopping pod was asked', () => {
      const some = stoppedWell().requests(6, { ...wrong, sentAt: 3000, pod: 'other' });
      expect(some.faults()).toEqual(['error-answer']);
      const stopping = stoppedWell().requests(6, { ...wrong, kind: 'GET /orders', sentAt: 10_100, pod: 'old' });
      expect(stopping.faults()).toEqual(['dependency-closed-first']);
    });
  });

  describe('an error that comes now and then', () => {
    const sometimes = { fate: 'server-error' as const, status: 500, detail: 'unlucky' };
    const one = (): MadeUpRollout =>
      stoppedWell()
        .requests(116, { sentAt: 3000, pod: 'other' })
        .requests(2, { ...sometimes, sentAt: 3300, pod: 'other' });

    it('is none of the stop where stopping pods give it no more often', () => {
      const rollout = one()
        .requests(59, { sentAt: 10_100, pod: 'old' })
        .request({ ...sometimes, sentAt: 10_200, pod: 'old' });
      expect(rollout.faults()).toEqual(['error-answer']);
      expect(rollout.fault('error-answer')).toMatchObject({ lost: 3, pods: ['other', 'old'] });
      expect(rollout.fault('error-answer').evidence).toContain('no more frequent');
    });

    it('is of the stop where stopping pods give it far more often', () => {
      const rollout = one().requests(20, { ...sometimes, sentAt: 10_100, pod: 'old' });
      expect(rollout.faults()).toEqual(['dependency-closed-first', 'error-answer']);
    });

    it('is of the start where new pods give it first', () => {
      const rollout = one().requests(5, { ...sometimes, sentAt: 7210, pod: 'new' });
      expect(rollout.faults()).toEqual(['not-ready-when-routed', 'error-answer']);
    });
  });

  describe('an exit code', () => {
    const ended = (code: number): MadeUpRollout =>
      drained()
        .happen(12_400, { type: 'log-written', pod: 'old', stream: 'stdout', line: 'stopping' })
        .happen(12_450, {
          type: 'log-written',
          pod: 'old',
          stream: 'stderr',
          line: 'redis: flush failed, 3 writes left',
        })
        .exit(12_500, { code });

    it('that says failure is a fault although no request was lost', () => {
      expect(ended(1).faults()).toEqual(['failed-exit']);
      expect(ended(1).verdict().isClean).toBe(false);
      expect(ended(1).fault('failed-exit')).toMatchObject({ severity: 'error', lost: 0, pods: ['old'] });
      expect(ended(1).fault('failed-exit').evidence).toContain('redis: flush failed, 3 writes left');
    });

    it('of success or of the signal itself is none', () => {
      expect(ended(0).faults()).toEqual([]);
      expect(ended(143).faults()).toEqual([]);
    });

    it('is none of its own where a second signal was asked for', () => {
      const rollout = ended(1).happen(12_100, { type: 'chaos-played', chaos: 'second-signal', pod: 'old', detail: '' });
      expect(rollout.faults()).toEqual([]);
    });
  });

  describe('a service that ends by itself', () => {
    const crashing = (): MadeUpRollout =>
      stoppedWell()
        .happen(20_000, { type: 'log-written', pod: 'new', stream: 'stderr', line: 'Error: PAYMENTS_URL is missing' })
        .happen(20_001, { type: 'log-written', pod: 'new', stream: 'stderr', line: '}' })
        .happen(20_001, { type: 'log-written', pod: 'new', stream: 'stderr', line: '}' })
        .exit(20_002, { pod: 'new', code: 1 })
        .happen(20_100, { type: 'endpoints-changed', ready: [], terminating: [] })
        .requests(4, { sentAt: 20_500, fate: 'refused' });

    it('explains what found no pod until it was back, and not the strategy', () => {
      expect(crashing().faults()).toEqual(['crashed']);
      expect(crashing().fault('crashed')).toMatchObject({ lost: 4, pods: ['new'] });
      expect(crashing().fault('crashed').evidence).toMatch(
        /4 requests found no pod .* It said: Error: PAYMENTS_URL is missing$/,
      );
    });

    it('explains nothing once it is back, and not that an update got stuck', () => {
      const back = crashing()
        .happen(22_000, { type: 'pod-ready', pod: 'new' })
        .request({ sentAt: 23_000, fate: 'refused' });
      expect(back.faults()).toEqual(['crashed', 'too-few-ready']);
      const stuck = stoppedWell()
        .without('pod-ready')
        .exit(20_002, { pod: 'new', code: 1 })
        .happen(60_000, { type: 'update-ended', result: 'progress-deadline-exceeded' });
      expect(stuck.faults()).toEqual(['crashed']);
    });
  });

  describe('a restart by liveness', () => {
    it('explains what found no pod while it lasted', () => {
      const rollout = stoppedWell()
        .happen(20_000, { type: 'signal-sent', pod: 'new', signal: 'SIGTERM', remainingMs: 30_000 })
        .exit(20_300, { pod: 'new' })
        .happen(20_310, { type: 'container-restarted', pod: 'new', reason: 'the liveness probe failed' })
        .happen(20_320, { type: 'endpoints-changed', ready: [], terminating: [] })
        .requests(2, { sentAt: 20_400, fate: 'refused' })
        .happen(22_000, { type: 'pod-ready', pod: 'new' });
      expect(rollout.faults()).toEqual(['liveness-follows-readiness']);
    });
  });

  describe('a service that leaves with work in hand and with its listener open', () => {
    it('is that fault, too, where all its work had come after the signal, on connections from before', () => {
      const kept = { ...RESET, connectedAt: 2000, endedAt: 10_510 };
      const rollout = (sentAt: number): MadeUpRollout =>
        new MadeUpRollout()
          .happen(10_001, { type: 'log-written', pod: 'old', stream: 'stdout', line: 'shutting down' })
          .requests(3, { ...kept, sentAt })
          .exit(10_505);
      expect(rollout(10_400).faults()).toEqual(['cuts-in-flight']);
      expect(rollout(10_500).faults()).toEqual(['no-connection-close']);
    });

    it('is one fault, also for what had come on connections from before', () => {
      const rollout = new MadeUpRollout()
        .happen(10_001, { type: 'log-written', pod: 'old', stream: 'stdout', line: 'shutting down' })
        .request({ ...RESET, sentAt: 9950, endedAt: 10_510 })
        .requests(3, { ...RESET, sentAt: 10_400, endedAt: 10_510, connectedAt: 2000 })
        .exit(10_505);
      expect(rollout.faults()).toEqual(['cuts-in-flight']);
      expect(rollout.fault('cuts-in-flight').lost).toBe(4);
    });
  });

  describe('margin-too-small', () => {
    const lag = { min: 100, median: 300, p99: 4000, max: 4000 };
    const served = (ms: number, margin?: 'fail'): MadeUpRollout =>
      new MadeUpRollout({ network: { endpointLag: lag }, ...(margin && { margin }) })
        .request({ sentAt: 2000, pod: 'old' })
        .happen(10_000 + ms, { type: 'listener-closed', pod: 'old' })
        .exit(10_500 + ms);

    it('says for how long a pod served after SIGTERM, and what the model asks for', () => {
      expect(served(2000).faults()).toEqual(['margin-too-small']);
      const { evidence, severity } = served(2000).fault('margin-too-small');
      expect(evidence).toContain('for 2 s after SIGTERM; the model of the endpoints asks for 3.9 s (p99 4 s');
      expect(severity).toBe('warning');
      expect(served(2000).verdict().isClean).toBe(true);
    });

    it('fails the rehearsal where that is asked for', () => {
      expect(served(2000, 'fail').verdict()).toMatchObject({ isClean: false });
      expect(served(4000, 'fail').verdict()).toMatchObject({ isClean: true, faults: [] });
    });

    it('is not told where requests were lost by it, or where the pod had never served', () => {
      expect(
        served(2000)
          .request({ ...REFUSED, sentAt: 12_500 })
          .faults(),
      ).toEqual(['listener-closed-early']);
      const unused = new MadeUpRollout({ network: { endpointLag: lag } }).exit(10_100);
      expect(unused.faults()).toEqual([]);
    });
  });

  describe('stands-still', () => {
    const usual = (closedAt = 12_000): MadeUpRollout =>
      new MadeUpRollout()
        .happen(closedAt, { type: 'listener-closed', pod: 'old' })
        .requests(20, { sentAt: 2000, pod: 'other' })
        .exit(14_000);
    const blocked = (fate: 'answered' | 'timeout'): MadeUpRollout => {
      const rollout = usual(13_100);
      for (const sentAt of [10_050, 10_300, 11_000]) {
        rollout.request({
          sentAt,
          pod: 'old',
          fate,
          endedAt: 13_000,
          ...(fate === 'answered' && { answeredAt: 13_000 }),
        });
      }
      return rollout;
    };

    it('names the time in which a stopping pod answered nothing, and leaves a verdict without losses clean', () => {
      expect(blocked('answered').faults()).toEqual(['stands-still']);
      const { evidence } = blocked('answered').fault('stands-still');
      expect(evidence).toContain('answered nothing for 3 s, from 0 ms after SIGTERM on');
      expect(blocked('answered').verdict().isClean).toBe(true);
      expect(blocked('answered').verdict().serviceLevel.during.latency.p99).toBe(2950);
    });

    it('explains the requests that were given up meanwhile', () => {
      expect(blocked('timeout').faults()).toEqual(['stands-still']);
      expect(blocked('timeout').fault('stands-still')).toMatchObject({ severity: 'error', lost: 3, pods: ['old'] });
    });

    it('is not seen in a pod that only had no requests, or slow ones', () => {
      expect(usual().faults()).toEqual([]);
      const slow = usual().requests(3, { kind: 'GET /slow', sentAt: 3000, endedAt: 5900, pod: 'other' });
      slow.requests(3, { kind: 'GET /slow', sentAt: 10_050, answeredAt: 11_900, endedAt: 11_900, pod: 'old' });
      expect(slow.faults()).toEqual([]);
    });
  });
});
