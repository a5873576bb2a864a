import { MadeUpRollout } from '../../../../test/support/made-up-rollout.js';
import { markLines } from '../report/mark-lines.js';
import { textReport } from '../report/text-report.js';

/** A pod that does everything right, in its order. */
function rightStop(): MadeUpRollout {
  const old = { pod: 'old', connectedAt: 2000 };
  return new MadeUpRollout()
    .happen(2100, { type: 'idle-timeout-known', pod: 'old', ms: 5000, isSeen: false })
    .probed(10_040, 'old', { probe: 'readiness', isSuccess: false })
    .request({ ...old, sentAt: 10_100, answeredAt: 10_110, endsConnection: true })
    .request({ ...old, connectedAt: 3000, sentAt: 10_200, answeredAt: 10_210, endsConnection: false })
    .request({ pod: 'old', sentAt: 10_900 })
    .happen(12_000, { type: 'listener-closed', pod: 'old' })
    .exit(12_500);
}

describe('the marks of a stop', () => {
  it('say when a pod did what after SIGTERM, beside what the nodes knew', () => {
    const pod = rightStop()
      .verdict()
      .pods.find(({ name }) => name === 'old');
    expect(pod?.marks).toEqual({
      isReadinessAsked: true,
      readinessRedMs: 40,
      firstCloseMs: 110,
      answersOnOld: { all: 2, ended: 1 },
      unroutedMs: 1000,
      lastConnectMs: 900,
      listenerClosedMs: 2000,
      exitMs: 2500,
    });
    expect(pod?.idleTimeoutMs).toBe(5000);
  });

  it('are undefined where nothing was seen, and for a pod that was not stopped', () => {
    const { pods } = new MadeUpRollout().exit(10_010, { signal: 'SIGTERM', code: null }).verdict();
    expect(pods.find(({ name }) => name === 'old')?.marks).toMatchObject({
      readinessRedMs: undefined,
      firstCloseMs: undefined,
      answersOnOld: { all: 0, ended: 0 },
      exitMs: 10,
    });
    expect(pods.find(({ name }) => name === 'other')?.marks).toBeUndefined();
  });

  it('stand in the report, in the order of a good stop', () => {
    const { pods } = rightStop().verdict();
    expect(markLines(pods, 400)).toEqual([
      `  ${'old'.padEnd(24)}readiness red 40 ms, first close 110 ms, 1 of 2 answers on old connections ended them, unrouted 1 s, ` +
        'last connection 900 ms, listener closed 2 s, exit 2.5 s, idle connections closed after 5 s',
    ]);
    expect(textReport(rightStop().rehearsal())).toMatch(/After SIGTERM\n {2}old +readiness red 40 ms/);
  });

  it('say of readiness that it never went red only where it was asked for', () => {
    const stopped = (): MadeUpRollout => new MadeUpRollout().exit(10_800);
    const lines = (rollout: MadeUpRollout): string => markLines(rollout.verdict().pods, 400).join('\n');
    expect(lines(stopped().probed(10_400, 'old', { probe: 'readiness' }))).toContain('readiness never red');
    expect(lines(stopped())).not.toContain('readiness');
  });

  it('take what was seen of an idle timeout for more than what was announced', () => {
    const rollout = rightStop().happen(5200, { type: 'idle-timeout-known', pod: 'old', ms: 3000, isSeen: true });
    expect(rollout.verdict().pods.find(({ name }) => name === 'old')?.idleTimeoutMs).toBe(3000);
  });
});

describe('an idle timeout that is shorter than that of the balancer', () => {
  const behind = (balancer: 'request' | 'connection'): MadeUpRollout =>
    new MadeUpRollout({ network: { balancer, idleTimeoutMs: 4000 } })
      .happen(5200, { type: 'idle-timeout-known', pod: 'other', ms: 3000, isSeen: true })
      .happen(12_000, { type: 'listener-closed', pod: 'old' })
      .exit(12_500);

  it('is told before any request has met it, and leaves the verdict clean', () => {
    expect(behind('request').faults()).toEqual(['idle-timeout-race']);
    const { severity, evidence, remedy } = behind('request').fault('idle-timeout-race');
    expect(severity).toBe('warning');
    expect(evidence).toContain('after 3 s without a request, and the balancer keeps it for 4 s');
    expect(remedy).toContain('keepAliveTimeout = 9000');
    expect(behind('request').verdict().isClean).toBe(true);
  });

  it('is none where no balancer keeps connections, or where the service keeps them a second longer', () => {
    expect(behind('connection').faults()).toEqual([]);
    const longer = (ms: number): string[] =>
      behind('request')
        .without('idle-timeout-known')
        .happen(5200, { type: 'idle-timeout-known', pod: 'other', ms, isSeen: false })
        .faults();
    expect(longer(4900)).toEqual(['idle-timeout-race']);
    expect(longer(5000)).toEqual([]);
  });
});
