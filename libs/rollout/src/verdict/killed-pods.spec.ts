import { drained, MadeUpRollout, RESET } from '../../../../test/support/made-up-rollout.js';

describe('a pod that had to be killed', () => {
  const hanging = (): MadeUpRollout => new MadeUpRollout().requests(3, { sentAt: 10_500, pod: 'old' });

  it('ignores SIGTERM where nothing shows that it noticed', () => {
    expect(hanging().killed().faults()).toEqual(['ignores-sigterm']);
    expect(hanging().killed({ hasHandler: false }).faults()).toEqual(['ignores-sigterm']);
  });

  it('hangs where it had a handler all along', () => {
    expect(hanging().killed({ hasHandler: true }).faults()).toEqual(['hook-hangs']);
  });

  it('hangs where it lived on without being pid 1, for then it must have had one', () => {
    const rollout = new MadeUpRollout({ pod: { isPid1: false } }).requests(3, { sentAt: 10_500, pod: 'old' });
    expect(rollout.killed({ hasHandler: false }).faults()).toEqual(['hook-hangs']);
  });

  it('hangs where it went on serving until the end, whatever was cut then', () => {
    const pinned = { ...RESET, connectedAt: 2000, endedAt: 40_001 };
    const rollout = hanging()
      .killed({ hasHandler: true })
      .requests(3, { ...pinned, sentAt: 39_970 });
    expect(rollout.faults()).toEqual(['hook-hangs']);
    const line = 'SIGTERM: closing the queue';
    const noticed = rollout.happen(10_001, { type: 'log-written', pod: 'old', stream: 'stdout', line });
    expect(noticed.faults()).toEqual(['hook-hangs']);
  });

  it('has not noticed because a probe or a witness met it just as it was killed', () => {
    const detail = 'ECONNRESET';
    const rollout = hanging()
      .happen(39_940, { type: 'signal-sent', pod: 'old', signal: 'SIGKILL', remainingMs: 0 })
      .probed(39_950, 'old', { probe: 'readiness', isSuccess: false, detail })
      .happen(39_990, { type: 'listener-closed', pod: 'old' })
      .killed({ hasHandler: false });
    expect(rollout.faults()).toEqual(['ignores-sigterm']);
  });

  it.each([
    ['event-stream', 'response.end()'],
    ['websocket', 'socket.close(1001'],
  ] as const)(
    'waits for streams (%s) that only the server can end, and no longer grace period helps',
    (client, remedy) => {
      const stream = { ...RESET, client, kind: 'GET /events', sentAt: 8000, endedAt: 40_001 };
      const rollout = drained()
        .requests(2, { sentAt: 10_500, pod: 'old' })
        .requests(3, stream)
        .killed({ hasHandler: true });
      expect(rollout.faults()).toEqual(['streams-not-ended']);
      expect(rollout.fault('streams-not-ended')).toMatchObject({ lost: 3, pods: ['old'] });
      expect(rollout.fault('streams-not-ended').remedy).toContain(remedy);
      expect(rollout.fault('streams-not-ended').remedy).not.toContain('terminationGracePeriodSeconds');
      const work = rollout.request({ ...RESET, sentAt: 9500, endedAt: 40_001 });
      expect(work.faults()).toEqual(['grace-period-too-short']);
    },
  );

  it('had not heard of it where it was still starting, and lost nothing by that', () => {
    const rollout = drained()
      .exit(12_500)
      .happen(9000, { type: 'pod-created', pod: 'late', revision: 2, node: 0 })
      .happen(9500, { type: 'container-started', pod: 'late', pid: 1, ports: { http: 3000 } })
      .probed(9600, 'late', { probe: 'readiness', isSuccess: false, detail: 'ECONNREFUSED' })
      .happen(10_000, { type: 'signal-sent', pod: 'late', signal: 'SIGTERM', remainingMs: 30_000 })
      .happen(11_000, { type: 'service-phase', pod: 'late', phase: 'ready' })
      .happen(11_000, { type: 'pod-ready', pod: 'late' })
      .probed(11_500, 'late', { probe: 'readiness' })
      .exit(40_000, { pod: 'late', code: 137, signal: 'SIGKILL', isKilledByKubelet: true, hasHandler: false });
    expect(rollout.fault('stopped-while-starting')).toMatchObject({ severity: 'warning', pods: ['late'], lost: 0 });
    expect(rollout.faults()).toHaveLength(1);
    expect(rollout.verdict().isClean).toBe(true);
  });

  it.each([
    ['ignores-sigterm', '[GracefulShutdownModule] dependencies initialized'],
    ['hook-hangs', 'closing gracefully'],
  ])('%s where all it wrote was: %s', (code, line) => {
    const rollout = hanging().happen(10_001, { type: 'log-written', pod: 'old', stream: 'stdout', line }).killed();
    expect(rollout.faults()).toEqual([code]);
  });

  it('was never told where its first process is npm', () => {
    const rollout = new MadeUpRollout({ command: ['npm', 'run', 'start:prod'] }).killed();
    expect(rollout.fault('signal-not-forwarded').evidence).toContain('npm run start:prod');
  });

  it('was never told where only npm lived on, and nothing listened any more', () => {
    const rollout = new MadeUpRollout({ command: ['npm', 'start'] })
      .request({ sentAt: 2000, pod: 'old' })
      .request({ ...RESET, connect: 'refused', sentAt: 10_300 });
    expect(rollout.killed().faults()).toEqual(['signal-not-forwarded']);
  });

  it('was told by npm where it closed its listener', () => {
    expect(
      drained({ command: ['npm', 'start'] })
        .killed()
        .faults(),
    ).toEqual(['hook-hangs']);
  });

  it('hangs where it noticed, and had nothing to do', () => {
    const line = 'SIGTERM: closing the queue';
    const rollout = hanging().happen(10_001, { type: 'log-written', pod: 'old', stream: 'stdout', line }).killed();
    expect(rollout.fault('hook-hangs').evidence).toContain(line);
  });

  it('cut what it cut before it hung for another reason', () => {
    const early = { ...RESET, sentAt: 12_100, endedAt: 12_120, connectedAt: 2000 };
    const rollout = drained().killed({ openConnections: 0, hasHandler: true }).requests(2, early);
    expect(rollout.faults()).toEqual(['no-connection-close', 'hook-hangs']);
    expect(rollout.fault('hook-hangs').lost).toBe(0);
  });

  it('did not wait for connections where none was open any more', () => {
    const left = { sentAt: 9990, endedAt: 11_000, pod: 'old', connectedAt: 2000, endsConnection: false };
    expect(drained().killed({ openConnections: 1 }).request(left).faults()).toEqual(['no-connection-close']);
    expect(drained().killed({ openConnections: 0 }).request(left).faults()).toEqual(['hook-hangs']);
  });

  it('waited for connections that were in use, where only refused requests show that its listener had closed', () => {
    const pinned = { pod: 'old', connectedAt: 2000 };
    const rollout = new MadeUpRollout()
      .requests(2, { ...pinned, sentAt: 11_000 })
      .requests(2, { ...pinned, sentAt: 39_900 })
      .requests(3, { ...pinned, ...RESET, sentAt: 39_970, endedAt: 40_002 })
      .killed({ hasHandler: true, openConnections: 3 });
    expect(rollout.faults()).toEqual(['hook-hangs']);
    rollout.request({ ...RESET, connect: 'refused', sentAt: 10_300 });
    expect(rollout.faults()).toEqual(['no-connection-close', 'listener-closed-early']);
    expect(rollout.fault('no-connection-close').lost).toBe(3);
  });

  it('is not said to have closed a listener where connections were accepted again later', () => {
    const rollout = hanging()
      .request({ ...RESET, connect: 'refused', sentAt: 10_300 })
      .request({ sentAt: 10_600, pod: 'old' });
    expect(rollout.killed({ hasHandler: false }).faults()).toEqual(['ignores-sigterm']);
  });

  it('says of one that took requests to the end that it did', () => {
    const cut = { ...RESET, connectedAt: 2000, sentAt: 39_970, endedAt: 40_001 };
    const { evidence } = hanging().killed({ hasHandler: true }).requests(3, cut).fault('hook-hangs');
    expect(evidence).toContain('went on taking requests to the end (3 in flight then)');
    expect(evidence).not.toContain('no request');
  });

  it('needed a longer grace period where one request lasted all along, whatever came on connections that were kept', () => {
    const kept = { pod: 'old', connectedAt: 2000 };
    const long = { ...RESET, kind: 'GET /report', sentAt: 9900, endedAt: 40_002 };
    const rollout = (client: 'keep-alive' | 'event-stream') =>
      drained()
        .request({ ...kept, sentAt: 9990, endedAt: 11_000 })
        .request({ ...kept, sentAt: 39_000, endedAt: 39_040 })
        .request({ ...long, client })
        .killed({ openConnections: 2 });
    expect(rollout('keep-alive').faults()).toEqual(['grace-period-too-short']);
    expect(rollout('event-stream').faults()).toEqual(['no-connection-close']);
  });

  it('needed a longer grace period where requests were in its hands', () => {
    const slow = { kind: 'GET /report', sentAt: 11_500, pod: 'old' };
    const rollout = drained()
      .request({ ...slow, pod: 'other', sentAt: 1000, endedAt: 36_000 })
      .request({ ...slow, ...RESET, endedAt: 40_002 })
      .killed();
    expect(rollout.faults()).toEqual(['grace-period-too-short']);
    // 1.5 s after SIGTERM it was handed over, and such requests take 35 s
    expect(rollout.fault('grace-period-too-short').remedy).toContain('terminationGracePeriodSeconds: 38');
  });
});
