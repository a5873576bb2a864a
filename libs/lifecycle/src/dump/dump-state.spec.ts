import { ManualClock } from '../../../../test/support/manual-clock.js';
import { dumpSchema, schemaProblems } from '../../../../test/support/report-schema.js';
import { InFlightWork } from '../in-flight/in-flight-work.js';
import { type Work } from '../in-flight/work.js';
import { WorkSet } from '../in-flight/work-set.js';
import { type Phase } from '../phase/phase.js';
import { dumpLines, loopLine } from './dump-lines.js';
import { type DumpParts, readDumpState } from './dump-state.js';

describe('a dump', () => {
  let clock: ManualClock;
  let inFlight: InFlightWork;
  let work: WorkSet;
  let running: { name: string; durationMs: number }[];
  let phase: Phase;
  let waitingFor: string[];

  beforeEach(() => {
    clock = new ManualClock();
    inFlight = new InFlightWork();
    work = new WorkSet(() => undefined);
    inFlight.addSource(work);
    running = [];
    phase = 'ready';
    waitingFor = [];
  });

  const parts = (): DumpParts => ({
    clock,
    settings: { budgetMs: 28_000 },
    phases: { current: phase },
    inFlight,
    hookStage: { running },
    steps: { running: [] },
    sequence: {
      hasBegun: phase !== 'ready',
      remainingMs: 12_345.6,
      elapsedMs: 0,
      waitingFor,
      hookCounts: { total: 5, done: 2 },
    },
  });

  function begin(name: string, kind: Work['kind'] = 'response'): void {
    work.add({ kind, startedAt: clock.now(), describe: () => ({ name, correlationId: 'an id' }) });
  }

  const textsOf = (): string[] => dumpLines(readDumpState(parts())).map(({ text }) => text);

  it('has work by kind and name, the longest first, and no id of a request', () => {
    begin('GET /report');
    clock.block(4000);
    begin('GET /orders/:id');
    begin('GET /orders/:id');
    clock.block(200);
    const state = readDumpState(parts());
    expect(state.inFlight).toEqual({
      rows: [
        { kind: 'response', name: 'GET /report', count: 1, oldestMs: 4200 },
        { kind: 'response', name: 'GET /orders/:id', count: 2, oldestMs: 200 },
      ],
      more: 0,
      total: 3,
    });
    expect(textsOf().slice(0, 3)).toEqual([
      `pid ${process.pid}, phase ready: 3 in flight, 0 hooks running, 2 of 5 done, budget 28s`,
      'in flight: GET /report (response), for 4.2s',
      'in flight: 2 × GET /orders/:id (response), for 200ms',
    ]);
  });

  it('has the hooks that run, what is left of the budget, and what else is waited for', () => {
    phase = 'closing';
    running = [{ name: 'Ledger.close', durationMs: 1500.7 }];
    waitingFor = ['hook Ledger.close', 'pg Pool to close'];
    const state = readDumpState(parts());
    expect(state).toMatchObject({
      isLeaving: true,
      remainingMs: 12_346,
      hooks: { rows: [{ name: 'Ledger.close', durationMs: 1501 }], total: 5, done: 2 },
      waitingFor: ['pg Pool to close'],
    });
    expect(textsOf()).toEqual(
      expect.arrayContaining(['hook running: Ledger.close, for 1.5s', 'waiting for: pg Pool to close']),
    );
    expect(textsOf()[0]).toContain('budget 12.3s left of 28s');
  });

  it('is as its schema says', () => {
    begin('GET /report');
    running = [{ name: 'Ledger.close', durationMs: 1.5 }];
    const dump = { ...readDumpState(parts()), eventLoop: { delayMs: 2, utilization: 0.25 } };
    expect(dump.openHandles.length).toBeGreaterThan(0);
    expect(schemaProblems(JSON.parse(JSON.stringify(dump)), dumpSchema, 'dump')).toEqual([]);
  });

  it('is bounded: rows, lines and names', () => {
    for (let index = 0; index < 3000; index += 1) begin(`GET /${index}/${'x'.repeat(500)}`);
    running = Array.from({ length: 300 }, (_none, index) => ({ name: `hook ${index}`, durationMs: 1 }));
    const { inFlight: shown, hooks } = readDumpState(parts());
    expect([shown.rows.length, shown.total, hooks.rows.length, hooks.more]).toEqual([100, 3000, 100, 200]);
    expect(Math.max(...shown.rows.map(({ name }) => name.length))).toBeLessThanOrEqual(200);
    const texts = textsOf();
    expect(texts.filter((text) => text.startsWith('in flight:'))).toHaveLength(20);
    expect(texts.filter((text) => text.startsWith('hook running:'))).toHaveLength(20);
    expect(texts.filter((text) => text === 'and 280 more')).toHaveLength(1);
  });

  it('shows no secrets', () => {
    process.env['DUMPED_PASSWORD'] = 'hunter2-and-more';
    begin('GET https://orders:hunter2-and-more@db/');
    running = [{ name: 'close hunter2-and-more\n', durationMs: 1 }];
    phase = 'closing';
    waitingFor = ['postgres://orders:hunter2-and-more@db'];
    const text = JSON.stringify([readDumpState(parts()), textsOf()]);
    delete process.env['DUMPED_PASSWORD'];
    expect(text).not.toContain('hunter2');
    expect(text).toContain('***');
  });

  it('has everything else where work, its name or a source cannot be read', () => {
    begin('GET /report');
    work.add({
      kind: 'task',
      startedAt: clock.now(),
      describe: () => {
        throw new Error('no name');
      },
    });
    running = [{ name: 'Ledger.close', durationMs: 1 }];
    expect(readDumpState(parts())).toMatchObject({ inFlight: { total: 2 }, unreadable: [] });
    const source = new WorkSet(() => undefined);
    source.active = () => {
      throw new Error('token=abcdef');
    };
    inFlight.addSource(source);
    expect(readDumpState(parts())).toMatchObject({
      inFlight: { rows: [], total: 0 },
      hooks: { rows: [{ name: 'Ledger.close' }] },
      unreadable: ['what is in flight: token=***'],
    });
    expect(textsOf()).toContain('cannot be read: what is in flight: token=***');
  });

  it('says how busy the event loop is', () => {
    expect(loopLine({ delayMs: 7, utilization: 0.256 }).text).toBe(
      'event loop: busy for 26 % of the last 100 ms, a timer came 7 ms late',
    );
  });
});
