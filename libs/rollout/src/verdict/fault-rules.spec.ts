import {
  drained,
  MadeUpRollout,
  probe,
  REFUSED,
  RESET,
  stoppedWell,
} from '../../../../test/support/made-up-rollout.js';
import { FAULT_RULES } from './fault-rules.js';

describe('the fault rules', () => {
  it('see nothing in a pod that stops in good order', () => {
    expect(stoppedWell().faults()).toEqual([]);
    expect(stoppedWell().verdict().isClean).toBe(true);
  });

  it('each have a code of their own', () => {
    expect(new Set(FAULT_RULES.map(({ code }) => code)).size).toBe(FAULT_RULES.length);
  });

  describe('readiness-stays-up', () => {
    const passing = (): MadeUpRollout => stoppedWell().probed(11_000, 'old', { probe: 'readiness' });

    it('is a warning that leaves the verdict clean where nothing was lost', () => {
      expect(passing().fault('readiness-stays-up').severity).toBe('warning');
      expect(passing().verdict().isClean).toBe(true);
    });

    it('is not seen at the only pod, which keeps its requests by it', () => {
      const rollout = drained({ deployment: { replicas: 1 } })
        .exit(12_500)
        .probed(11_000, 'old', { probe: 'readiness' });
      expect(rollout.faults()).toEqual([]);
    });

    it('is not seen where readiness turned', () => {
      expect(passing().probed(11_500, 'old', { probe: 'readiness', isSuccess: false }).faults()).toEqual([]);
    });

    it('is not seen where the probe only opens a connection, as one cannot both serve and refuse', () => {
      const action = { kind: 'tcp-socket', containerPort: 3000 } as const;
      const pod = { readinessProbe: { ...probe('/'), action } };
      const rollout = drained({ pod }).exit(12_500).probed(11_000, 'old', { probe: 'readiness' });
      expect(rollout.faults()).toEqual([]);
      const { evidence, remedy } = restarted({ pod }).fault('readiness-stays-up');
      expect(evidence).toMatch(/^The readiness probe only opens a connection.*, and 1 request went/);
      expect(remedy).toContain('httpGet');
    });

    const restarted = (...scenario: ConstructorParameters<typeof MadeUpRollout>): MadeUpRollout =>
      new MadeUpRollout(...scenario)
        .happen(20_000, { type: 'chaos-played', chaos: 'liveness-kill', pod: 'other', detail: '' })
        .happen(20_001, { type: 'signal-sent', pod: 'other', signal: 'SIGTERM', remainingMs: 30_000 })
        .exit(20_100, { pod: 'other' })
        .happen(20_110, { type: 'container-restarted', pod: 'other', reason: 'liveness' })
        .happen(22_000, { type: 'pod-ready', pod: 'other' })
        .request({ ...REFUSED, pod: 'other', sentAt: 20_500 })
        .exit(12_000);

    it('explains what was lost to a restart without a deletion', () => {
      expect(restarted().fault('readiness-stays-up')).toMatchObject({ severity: 'error', lost: 1, pods: ['other'] });
    });
  });

  describe('a pod that dies at once', () => {
    const died = (command: readonly [string, ...string[]]): MadeUpRollout =>
      new MadeUpRollout({ command })
        .requests(2, { ...RESET, sentAt: 9980, endedAt: 10_012 })
        .request({ ...REFUSED, sentAt: 10_500 })
        .exit(10_010, { code: null, signal: 'SIGTERM' });

    it('does not handle SIGTERM, which explains what was cut and what came after', () => {
      expect(died(['node', 'main.js']).faults()).toEqual(['no-signal-handling']);
      expect(died(['node', 'main.js']).fault('no-signal-handling').lost).toBe(3);
    });

    it('never heard of it where npm or a shell was the first process', () => {
      expect(died(['npm', 'start']).faults()).toEqual(['signal-not-forwarded']);
      expect(died(['sh', '-c', 'node main.js']).faults()).toEqual(['signal-not-forwarded']);
      expect(died(['/usr/bin/node', '/usr/lib/node_modules/npm/bin/npm-cli.js', 'start']).faults()).toEqual([
        'signal-not-forwarded',
      ]);
    });

    it('does not look as if it had noticed because its end was met before it was known', () => {
      const rollout = new MadeUpRollout()
        .requests(2, { ...RESET, sentAt: 9980, endedAt: 10_012 })
        .happen(10_080, { type: 'listener-closed', pod: 'old' })
        .exit(10_090, { code: 143 });
      expect(rollout.faults()).toEqual(['no-signal-handling']);
    });

    it('does not look as if it had closed its listener because its end was known late', () => {
      const rollout = new MadeUpRollout()
        .request({ sentAt: 2000, pod: 'old' })
        .requests(2, { ...RESET, sentAt: 9980, endedAt: 10_350 })
        .request({ ...REFUSED, sentAt: 10_060 })
        .exit(10_350, { code: null, signal: 'SIGTERM' });
      expect(rollout.faults()).toEqual(['no-signal-handling']);
    });

    it('never heard of it where npm said that it had ended, and served until then', () => {
      const line = 'npm error signal SIGTERM';
      const pinned = { ...RESET, connectedAt: 2000, sentAt: 10_520 };
      const rollout = new MadeUpRollout({ command: ['npm', 'start'] })
        .happen(10_510, { type: 'log-written', pod: 'old', stream: 'stderr', line })
        .requests(2, { ...pinned, endedAt: 10_560 })
        .request({ ...REFUSED, sentAt: 10_700 })
        .exit(10_570, { code: 1 });
      expect(rollout.faults()).toEqual(['signal-not-forwarded']);
      expect(rollout.fault('signal-not-forwarded').lost).toBe(3);
    });

    it('handles it, badly, where it ends by an exit code of its own', () => {
      const rollout = new MadeUpRollout()
        .requests(2, { ...RESET, sentAt: 9980, endedAt: 10_012 })
        .exit(10_010, { code: 0 });
      expect(rollout.faults()).toEqual(['cuts-in-flight']);
    });

    it('is no fault where it had nothing in hand', () => {
      expect(new MadeUpRollout().exit(10_010, { code: null, signal: 'SIGTERM' }).faults()).toEqual([]);
    });
  });

  describe('the preStop hook', () => {
    const ended = (result: 'failed' | 'abandoned' | 'done'): MadeUpRollout =>
      new MadeUpRollout({ pod: { preStop: { kind: 'exec', command: ['sleep', '60'] } } })
        .happen(9950, { type: 'pre-stop-started', pod: 'old' })
        .happen(9990, { type: 'pre-stop-ended', pod: 'old', result, detail: 'sleep: not found' })
        .requests(2, { ...REFUSED, sentAt: 10_400 });

    it('explains what was refused after it had failed', () => {
      expect(ended('failed').exit(10_100).faults()).toEqual(['pre-stop-failed']);
      expect(ended('failed').exit(10_100).fault('pre-stop-failed').evidence).toContain('sleep: not found');
    });

    it('explains a kill after it had taken the whole grace period', () => {
      expect(ended('abandoned').killed().faults()).toEqual(['pre-stop-outlives-grace']);
    });

    it('explains nothing where it has done its part', () => {
      expect(ended('done').exit(10_100).faults()).toEqual(['listener-closed-early']);
    });
  });

  describe('an error from a pod', () => {
    const failed = { pod: 'old', fate: 'server-error' as const, status: 500, detail: 'Error: pool is closed' };

    it('that is stopping means that something was closed too early', () => {
      const rollout = stoppedWell().requests(2, { ...failed, sentAt: 10_100 });
      expect(rollout.faults()).toEqual(['dependency-closed-first']);
      expect(rollout.fault('dependency-closed-first').evidence).toContain('pool is closed');
    });

    it('that is not stopping has nothing to do with the rollout', () => {
      expect(
        stoppedWell()
          .request({ ...failed, sentAt: 8000, pod: 'other' })
          .faults(),
      ).toEqual(['error-answer']);
    });

    it("that is a 502 of the service's own is no reset by a balancer", () => {
      const own = { ...failed, status: 502, detail: 'Bad Gateway' };
      expect(
        stoppedWell()
          .request({ ...own, sentAt: 8000, pod: 'other' })
          .faults(),
      ).toEqual(['error-answer']);
    });

    it('that is stopping and answers 503 means that it refuses too early', () => {
      const shut = { ...failed, status: 503, detail: 'Server is shutting down' };
      expect(
        stoppedWell()
          .request({ ...shut, sentAt: 10_400 })
          .faults(),
      ).toEqual(['refuses-while-routed']);
      const pool = { ...shut, detail: 'database is not reachable' };
      expect(
        stoppedWell()
          .request({ ...pool, sentAt: 10_400 })
          .faults(),
      ).toEqual(['dependency-closed-first']);
    });

    it('that has not answered anything yet means that it was routed to too early', () => {
      const rollout = stoppedWell().request({ ...failed, sentAt: 7210, pod: 'new' });
      expect(rollout.faults()).toEqual(['not-ready-when-routed']);
    });
  });

  describe('not-ready-when-routed', () => {
    it('says which readiness probe let it happen', () => {
      const rollout = (readinessProbe: ReturnType<typeof probe> | undefined): string =>
        new MadeUpRollout({ pod: { readinessProbe } })
          .exit(12_500)
          .request({ ...REFUSED, pod: 'new', sentAt: 7210 })
          .fault('not-ready-when-routed').evidence;
      expect(rollout(undefined)).toContain('no readiness probe');
      const action = { kind: 'tcp-socket', containerPort: 3000 } as const;
      expect(rollout({ ...probe('/'), action })).toContain('only opens a connection');
    });

    it('is not the cause once a pod has answered', () => {
      expect(
        stoppedWell()
          .request({ ...REFUSED, pod: 'new', sentAt: 8000 })
          .faults(),
      ).toEqual(['unexplained']);
    });
  });

  describe('liveness-follows-readiness', () => {
    it('is seen where liveness turned while the pod was draining', () => {
      const rollout = stoppedWell().probed(10_700, 'old', { probe: 'liveness', isSuccess: false });
      expect(rollout.faults()).toEqual(['liveness-follows-readiness']);
    });

    it.each(['ECONNREFUSED', 'ECONNRESET', 'no answer within 1000 ms'])('is not seen in %s', (detail) => {
      expect(stoppedWell().probed(10_700, 'old', { probe: 'liveness', isSuccess: false, detail }).faults()).toEqual([]);
    });

    it('is seen on a port of its own after the listener of the traffic has closed', () => {
      const detail = '503 Service Unavailable';
      const rollout = stoppedWell().probed(12_100, 'old', { probe: 'liveness', isSuccess: false, detail });
      expect(rollout.faults()).toEqual(['liveness-follows-readiness']);
    });
  });

  describe('crashed', () => {
    it('explains what was in the hands of a process that ended by itself', () => {
      const rollout = stoppedWell()
        .happen(20_000, { type: 'log-written', pod: 'other', stream: 'stderr', line: 'out of memory' })
        .exit(20_001, { pod: 'other', code: 1 })
        .request({ ...RESET, pod: 'other', sentAt: 19_990, endedAt: 20_000 })
        .request({ ...REFUSED, pod: 'other', sentAt: 20_500 });
      expect(rollout.faults()).toEqual(['crashed']);
      expect(rollout.fault('crashed')).toMatchObject({ lost: 2, pods: ['other'] });
      expect(rollout.fault('crashed').evidence).toContain('out of memory');
    });

    it('does not explain what was lost before', () => {
      const rollout = stoppedWell().exit(20_001, { pod: 'other', code: 1 });
      rollout.request({ ...RESET, pod: 'other', sentAt: 15_000 });
      expect(rollout.faults()).toEqual(['unexplained', 'crashed']);
      expect(rollout.fault('crashed').lost).toBe(0);
    });
  });

  describe('too-few-ready', () => {
    it('explains what found no pod at all', () => {
      const rollout = stoppedWell()
        .happen(12_000, { type: 'endpoints-changed', ready: [], terminating: ['old'] })
        .happen(13_000, { type: 'endpoints-changed', ready: ['new'], terminating: [] })
        .request({ sentAt: 12_500, fate: 'refused' });
      expect(rollout.faults()).toEqual(['too-few-ready']);
      expect(rollout.verdict().smallestReady).toBe(0);
      expect(rollout.fault('too-few-ready').remedy).toContain('maxUnavailable: 0');
    });

    it('is a warning where no request came in that time', () => {
      const rollout = stoppedWell().happen(12_000, { type: 'endpoints-changed', ready: [], terminating: [] });
      expect(rollout.fault('too-few-ready').severity).toBe('warning');
    });
  });

  describe('the update itself', () => {
    it('did not go through where new pods did not become available in time', () => {
      const rollout = stoppedWell().happen(60_000, { type: 'update-ended', result: 'progress-deadline-exceeded' });
      expect(rollout.faults()).toEqual(['progress-deadline']);
      expect(rollout.verdict().isClean).toBe(false);
    });

    it('is slowed down by probes that restart pods which are still starting', () => {
      for (const reason of ['the liveness probe failed', 'the start-up probe failed']) {
        const restarted = stoppedWell().happen(6000, { type: 'container-restarted', pod: 'new', reason });
        expect(restarted.faults()).toContain('slow-start');
      }
    });

    it('warns of a pod that stopped just before it would have been killed', () => {
      expect(drained().exit(35_000).faults()).toEqual(['slow-exit']);
      expect(drained().exit(33_000).faults()).toEqual([]);
    });
  });

  describe('what the rollout did not cause', () => {
    const late = { sentAt: 1000, endedAt: 6000, fate: 'timeout' as const };

    it('is a slow answer of a pod that was not being stopped', () => {
      expect(
        stoppedWell()
          .request({ ...late, pod: 'other' })
          .faults(),
      ).toEqual(['slow-answer']);
    });

    it('is not a slow answer that ran into the end of its pod', () => {
      expect(
        stoppedWell()
          .request({ ...late, sentAt: 9000, endedAt: 14_000, pod: 'old' })
          .faults(),
      ).not.toContain('slow-answer');
    });

    it('is a server that closes idle connections just as they are used', () => {
      const rollout = stoppedWell().request({ sentAt: 1000, pod: 'other', connectedAt: 900 });
      rollout.request({ ...RESET, pod: 'other', sentAt: 6020, connectedAt: 900 });
      expect(rollout.faults()).toEqual(['idle-timeout-race']);
      expect(rollout.fault('idle-timeout-race').remedy).toContain('keepAliveTimeout = 65000');
    });

    it('is the chaos that left no pod, until every node knows of a new one', () => {
      const rollout = stoppedWell()
        .happen(20_000, { type: 'chaos-played', chaos: 'all-pods-at-once', pod: undefined, detail: '' })
        .happen(20_100, { type: 'endpoints-changed', ready: [], terminating: ['other', 'new'] })
        .happen(22_000, { type: 'endpoints-changed', ready: ['newest'], terminating: [] })
        .happen(22_400, { type: 'node-learned', node: 0, pods: ['newest'] })
        .happen(22_500, { type: 'node-learned', node: 1, pods: ['newest'] });
      expect(rollout.request({ sentAt: 22_450, fate: 'refused' }).faults()).toEqual(['chaos']);
      expect(rollout.request({ sentAt: 22_600, fate: 'refused' }).faults()).toEqual(['chaos', 'too-few-ready']);
    });

    it('promises no help of retries to what was answered', () => {
      const away = { type: 'chaos-played', chaos: 'dependency-away', pod: undefined, detail: 'DATABASE_URL' } as const;
      const rollout = stoppedWell()
        .happen(20_000, away)
        .request({ sentAt: 20_100, pod: 'other', fate: 'server-error', status: 500 });
      expect(rollout.fault('chaos').remedy).not.toContain('--retries');
      rollout
        .happen(30_000, { type: 'chaos-played', chaos: 'kill', pod: 'other', detail: 'other' })
        .request({ ...RESET, sentAt: 30_001, pod: 'other' });
      expect(rollout.fault('chaos').remedy).toContain('--retries 1');
    });

    it('is the chaos that was asked for', () => {
      const killed = (chaos: 'kill' | 'rollback'): string[] =>
        stoppedWell()
          .happen(20_000, { type: 'chaos-played', chaos, pod: 'other', detail: '' })
          .exit(20_001, { pod: 'other', code: null, signal: 'SIGKILL' })
          .request({ ...RESET, pod: 'other', sentAt: 19_990, endedAt: 20_002 })
          .faults();
      expect(killed('kill')).toEqual(['chaos']);
      expect(killed('rollback')).toEqual(['crashed']);
    });
  });
});
