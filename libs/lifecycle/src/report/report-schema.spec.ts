import { endedReport } from '../../../../test/support/ended-report.js';
import { reportSchema, schemaProblems } from '../../../../test/support/report-schema.js';
import { REPORT_VERSION, type ShutdownReport } from './shutdown-report.js';

/** A report in which every list has an item, and every item every field. */
const full = endedReport({
  turns: [{ group: 'orders', limit: 1, waitedMs: 9, result: 'failed', error: 'away' }],
  endedEarly: [{ what: 'draining', by: 'endWait()' }],
  hooks: [{ name: 'a', phase: 'closing', priority: 1, result: 'failed', startedMs: 1, durationMs: 1, error: 'x' }],
  nestHooks: [{ name: 'a.onModuleDestroy', result: 'failed', startedMs: 1, durationMs: 1, error: 'x' }],
  resources: [{ name: 'pg', type: 'pg', priority: 1, result: 'failed', startedMs: 1, durationMs: 1, error: 'x' }],
  requests: {
    inFlightAtStart: 1,
    drained: 0,
    refused: 0,
    interrupted: [
      { kind: 'response', name: 'GET /', ageMs: 3, method: 'GET', route: '/', correlationId: 'c', isLongLived: true },
    ],
    exemptCut: [{ kind: 'response', name: 'GET /metrics', ageMs: 3 }],
  },
  sources: [{ name: 's', inFlightAtStart: 1, drained: 0, interrupted: 1, refused: 0, closed: 0, terminated: 0 }],
  errors: [{ origin: 'uncaughtException', message: 'x', stack: 'Error: x' }],
  unseen: ['Timers.'],
  lostOutput: [{ stream: 'stdout', code: 'ENOSPC' }],
  leftBehind: ['task a'],
  openHandles: [{ kind: 'TCPSocketWrap', count: 2, origins: [{ name: '10.0.0.5:5432', count: 2 }] }],
  eventLoop: {
    maxDelayMs: 1200,
    utilization: 0.5,
    blocks: [{ durationMs: 1200, during: ['Ledger.close'], stack: ['write (file:///app/ledger.js:4:1)'] }],
  },
});

describe('the schema of the report', () => {
  it('allows a report in which everything has happened, and the one in which nothing has', () => {
    expect(schemaProblems(full)).toEqual([]);
    expect(schemaProblems(endedReport({ signal: null, phases: [], hooks: [] }))).toEqual([]);
  });

  it('has the version of the report in its name', () => {
    expect(Reflect.get(reportSchema, '$id')).toBe(`urn:nestjs-lifecycle:report:${REPORT_VERSION}`);
  });

  it('requires every field of the report', () => {
    expect(reportSchema.required?.toSorted()).toEqual(Object.keys(full).toSorted());
    for (const name of Object.keys(full)) {
      const { [name as keyof ShutdownReport]: _left, ...rest } = full;
      expect(schemaProblems(rest)).toEqual([`report.${name}: is missing`]);
    }
  });

  it.each([
    ['outcome', 'fine', 'report.outcome: is none of clean, unverified, interrupted, failed, forced'],
    ['durationMs', -1, 'report.durationMs: -1 is out of range'],
    ['durationMs', 1.5, 'report.durationMs: is no integer'],
    ['version', 2, 'report.version: is not 1'],
    ['leftBehind', [1], 'report.leftBehind[0]: is no string'],
    [
      'phases',
      [{ phase: 'gone', durationMs: 1 }],
      'report.phases[0].phase: is none of starting, ready, lame-duck, draining, closing, stopped',
    ],
    ['more', 1, 'report.more: is not in the schema'],
  ])('refuses a wrong %s', (name, value, problem) => {
    expect(schemaProblems({ ...full, [name]: value })).toEqual([problem]);
  });
});
