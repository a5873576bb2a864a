import { ManualClock } from '../../../../test/support/manual-clock.js';
import { type HookSettled, type LifecycleEvent, type ShutdownStarted } from '../events/lifecycle-event.js';
import { type InFlightItem } from '../report/in-flight-item.js';
import { type ReportEnding, ReportRecorder } from './report-recorder.js';
import { type ShutdownReport } from '../report/shutdown-report.js';

const started: ShutdownStarted = {
  type: 'shutdown-started',
  reason: 'SIGTERM',
  signal: 'SIGTERM',
  inFlight: 3,
  budgetMs: 28_000,
};
const request: InFlightItem = {
  kind: 'response',
  name: 'GET /orders/:id',
  method: 'GET',
  route: '/orders/:id',
  ageMs: 900,
};
const hook = (result: HookSettled['result'], error?: unknown): HookSettled => ({
  type: 'hook-settled',
  name: 'Ledger.close',
  phase: 'closing',
  priority: 80,
  durationMs: 12.4,
  result,
  ...(error !== undefined && { error }),
});

describe('ReportRecorder', () => {
  let clock: ManualClock;
  let recorder: ReportRecorder;

  beforeEach(() => {
    clock = new ManualClock();
    recorder = new ReportRecorder(clock);
  });

  const read = (event: LifecycleEvent): void =>
    recorder.read(event, { atMs: clock.now(), time: new Date().toISOString() });

  const finish = (ending: Partial<ReportEnding> = {}): ShutdownReport =>
    recorder.finish({
      drained: 0,
      refused: 0,
      lateConnections: { requests: 0, closed: 0 },
      webSockets: { closed: 0, terminated: 0 },
      upgradedSockets: { closed: 0, terminated: 0 },
      cut: [],
      runningHooks: [],
      runningNestHooks: [],
      skippedHooks: [],
      unseen: [],
      ownExitCode: 0,
      leftBehind: [],
      openHandles: [],
      isForced: false,
      ...ending,
    });

  it('names exempt requests that were cut, which leave the outcome alone', () => {
    read(started);
    const item = { kind: 'response', name: 'GET /metrics', ageMs: 900 } as const;
    read({ type: 'exempt-cut', items: [item] });
    expect(finish()).toMatchObject({ outcome: 'clean', requests: { interrupted: [], exemptCut: [item] } });
  });

  it('calls an end unverified, with exit code 0, where some work cannot be seen and all that is seen ended in time', () => {
    read(started);
    const unseen = ['scheduled jobs cannot be seen'];
    expect(finish({ unseen })).toMatchObject({ outcome: 'unverified', exitCode: 0, unseen });
    expect(finish({ unseen, isForced: true })).toMatchObject({ outcome: 'forced', exitCode: 1, unseen });
    read(hook('failed', new Error('boom')));
    expect(finish({ unseen })).toMatchObject({ outcome: 'failed', exitCode: 1, unseen });
  });

  it("lists Nest's own hooks with their durations, and those that had not ended", async () => {
    read(started);
    await clock.advance(500);
    read({ type: 'nest-hook-settled', name: 'Pool.onModuleDestroy', durationMs: 12.4, result: 'done' });
    const error = new Error('gone');
    read({ type: 'nest-hook-settled', name: 'Bus.onModuleDestroy', durationMs: 3, result: 'failed', error });
    const runningNestHooks = [{ name: 'Log.onApplicationShutdown', durationMs: 99.6 }];
    expect(finish({ runningNestHooks, isForced: true }).nestHooks).toEqual([
      { name: 'Pool.onModuleDestroy', result: 'done', startedMs: 488, durationMs: 12 },
      { name: 'Bus.onModuleDestroy', result: 'failed', startedMs: 497, durationMs: 3, error: 'gone' },
      { name: 'Log.onApplicationShutdown', result: 'unfinished', startedMs: 400, durationMs: 100 },
    ]);
  });

  it('tells the whole story of a clean shutdown', async () => {
    await clock.advance(60_000);
    read({ type: 'phase-changed', phase: 'ready' });
    await clock.advance(3_600_000);
    read(started);
    read({ type: 'phase-changed', phase: 'lame-duck' });
    await clock.advance(5000.4);
    read({
      type: 'lame-duck-ended',
      endedBy: 'probes-failed',
      failedProbes: 3,
      repeatedProbes: 1,
      isStillAlone: false,
    });
    read({ type: 'phase-changed', phase: 'draining' });
    await clock.advance(1200);
    read({ type: 'phase-changed', phase: 'closing' });
    read(hook('done'));
    await clock.advance(300);
    const webSockets = { closed: 9, terminated: 2 };
    const upgradedSockets = { closed: 3, terminated: 1 };
    const { startedAt, ...report } = finish({ drained: 4, refused: 1, webSockets, upgradedSockets });
    expect(report).toEqual({
      version: 1,
      reason: 'SIGTERM',
      signal: 'SIGTERM',
      outcome: 'clean',
      exitCode: 0,
      late: false,
      durationMs: 6500,
      budgetMs: 28_000,
      phases: [
        { phase: 'starting', durationMs: 60_000 },
        { phase: 'ready', durationMs: 3_600_000 },
        { phase: 'lame-duck', durationMs: 5000 },
        { phase: 'draining', durationMs: 1200 },
        { phase: 'closing', durationMs: 300 },
      ],
      lameDuck: { endedBy: 'probes-failed', failedProbes: 3, repeatedProbes: 1 },
      hooks: [
        { name: 'Ledger.close', phase: 'closing', priority: 80, result: 'done', startedMs: 6188, durationMs: 12 },
      ],
      nestHooks: [],
      resources: [],
      requests: { inFlightAtStart: 3, drained: 4, refused: 1, interrupted: [], exemptCut: [] },
      webSockets: { closed: 9, terminated: 2 },
      lateConnections: { requests: 0, closed: 0 },
      sources: [],
      upgradedSockets: { closed: 3, terminated: 1 },
      errors: [],
      unseen: [],
      lostOutput: [],
      turns: [],
      endedEarly: [],
      signalDelayMs: 0,
      leftBehind: [],
      openHandles: [],
      eventLoop: { maxDelayMs: 0, utilization: 0, blocks: [] },
    });
    expect(Math.abs(Date.parse(startedAt) - Date.now())).toBeLessThan(60_000);
    expect(startedAt).toMatch(/^\d{4}-\d\d-\d\dT.+Z$/);
  });

  it('lists hooks that had not ended, and those never called, behind those that had', () => {
    read(started);
    read(hook('done'));
    const { hooks } = finish({
      isForced: true,
      runningHooks: [{ name: 'Outbox.flush', phase: 'closing', priority: 60, durationMs: 99.6 }],
      skippedHooks: [{ name: 'Log.flush', phase: 'closing', priority: 95 }],
    });
    expect(hooks.map(({ name, result, durationMs }) => [name, result, durationMs])).toEqual([
      ['Ledger.close', 'done', 12],
      ['Outbox.flush', 'unfinished', 100],
      ['Log.flush', 'skipped', 0],
    ]);
  });

  it('counts the start of hooks and of closings from the beginning of a block of the event loop, as its durations', async () => {
    read({ type: 'signal-delayed', delayMs: 300 });
    read(started);
    await clock.advance(1000);
    read(hook('done'));
    const closed = {
      type: 'resource-settled',
      name: 'pg',
      resource: 'database',
      priority: 80,
      result: 'closed',
    } as const;
    read({ ...closed, durationMs: 40 });
    const runningHooks = [{ name: 'Outbox.flush', phase: 'closing', priority: 60, durationMs: 99.6 } as const];
    const skippedHooks = [{ name: 'Log.flush', phase: 'closing', priority: 95 } as const];
    const { hooks, resources, durationMs } = finish({ runningHooks, skippedHooks });
    expect(hooks.map(({ startedMs }) => startedMs)).toEqual([1288, 1200, undefined]);
    expect(resources).toEqual([expect.objectContaining({ startedMs: 1260, durationMs: 40 })]);
    expect(durationMs).toBe(1300);
  });

  it('is plain data that can be stored', () => {
    read(started);
    read(hook('failed', new Error('refused')));
    const report = finish();
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  describe('outcome', () => {
    beforeEach(() => read(started));

    it('is interrupted when work was cut', () => {
      read({ type: 'work-interrupted', items: [request] });
      expect(finish()).toMatchObject({ outcome: 'interrupted', exitCode: 1, requests: { interrupted: [request] } });
    });

    it.each([
      ['failed', new Error('refused'), 'refused'],
      ['timed-out', new Error('too slow'), 'too slow'],
      ['failed', 'a word', 'a word'],
    ] as const)('is failed when a hook has %s', (result, thrown, error) => {
      read(hook(result, thrown));
      expect(finish()).toMatchObject({ outcome: 'failed', exitCode: 1, hooks: [{ result, error }] });
    });

    it('is failed when a hook of another provider threw', () => {
      read({ type: 'nest-hook-failed', name: 'Pool.onModuleDestroy', error: new Error('refused') });
      expect(finish()).toMatchObject({
        outcome: 'failed',
        exitCode: 1,
        errors: [{ origin: 'Pool.onModuleDestroy', message: 'refused' }],
      });
    });

    it('is failed when an error was not caught', () => {
      read({ type: 'error-uncaught', origin: 'uncaughtException', error: new Error('refused') });
      expect(finish()).toMatchObject({
        outcome: 'failed',
        exitCode: 1,
        errors: [{ origin: 'uncaughtException', message: 'refused' }],
      });
    });

    it('is failed rather than interrupted when it is both', () => {
      read({ type: 'work-interrupted', items: [request] });
      read(hook('failed', new Error('refused')));
      expect(finish().outcome).toBe('failed');
    });

    it('is forced when the process had to end, and says what was left', () => {
      const skipped = { name: 'Logs.flush', phase: 'closing', priority: 95 } as const;
      read(hook('done'));
      const report = finish({ isForced: true, leftBehind: ['GET /hang'], skippedHooks: [skipped] });
      expect(report).toMatchObject({ outcome: 'forced', exitCode: 1, late: false, leftBehind: ['GET /hang'] });
      expect(report.hooks.map(({ name, result }) => [name, result])).toEqual([
        ['Ledger.close', 'done'],
        ['Logs.flush', 'skipped'],
      ]);
    });

    it('is forced with the exit code of a second signal', () => {
      expect(finish({ isForced: true, exitCode: 130 })).toMatchObject({ outcome: 'forced', exitCode: 130 });
    });

    it('is forced when it took longer than its budget, however well it ended', async () => {
      await clock.advance(28_000);
      expect(finish()).toMatchObject({ outcome: 'clean', late: false });
      await clock.advance(1);
      expect(finish()).toMatchObject({ outcome: 'forced', late: true, exitCode: 1 });
    });

    it('stays clean when requests were refused', () => {
      expect(finish({ refused: 7 })).toMatchObject({ outcome: 'clean', exitCode: 0 });
    });
  });

  it('is complete however much was cut', () => {
    read(started);
    const items = Array.from({ length: 200_000 }, () => request);
    read({ type: 'work-interrupted', items });
    expect(finish().requests.interrupted).toHaveLength(items.length);
  });

  it('has no signal where there was none, and takes one that comes later', () => {
    read({ ...started, reason: 'app.close()', signal: undefined });
    expect(finish()).toMatchObject({ reason: 'app.close()', signal: null });
    read({ type: 'signal-joined', signal: 'SIGTERM' });
    read({ type: 'signal-joined', signal: 'SIGINT' });
    expect(finish()).toMatchObject({ reason: 'app.close()', signal: 'SIGTERM' });
  });

  it('can be closed before anything was said', () => {
    expect(finish({ isForced: true })).toMatchObject({ reason: '', outcome: 'forced', durationMs: 0, hooks: [] });
  });
});
