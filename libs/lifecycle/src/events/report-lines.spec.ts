import { ConsoleLogger, Logger } from '@nestjs/common';
import { endedReport } from '../../../../test/support/ended-report.js';
import { nestLog } from '../nest/nest-log.js';
import { summarise } from './report-lines.js';
import { type ShutdownReport } from '../report/shutdown-report.js';

const clean = endedReport({ requests: { inFlightAtStart: 3, drained: 4, refused: 1, interrupted: [], exemptCut: [] } });

describe('summarise', () => {
  it('says in one sentence how a clean shutdown went', () => {
    expect(summarise(clean)).toBe(
      'stopped clean after 6.5s; reason SIGTERM; lame-duck 5s, draining 1.2s, closing 300ms; 3 in flight at the ' +
        'start, 4 drained, 1 refused, 0 interrupted; 1 of 1 hooks done; exit code 0',
    );
  });

  it('counts WebSockets where there were any', () => {
    const text = summarise({ ...clean, webSockets: { closed: 2000, terminated: 3 } });
    expect(text).toContain('0 interrupted; 2000 WebSockets closed, 3 terminated; 1 of 1 hooks done');
  });

  it('says where the limit of late connections was reached', () => {
    const late = summarise({ ...clean, lateConnections: { requests: 10, closed: 140 } });
    expect(late).toContain(
      '0 interrupted; 10 requests on open connections after the listener, 140 of those closed idle; 1 of',
    );
    expect(summarise({ ...clean, lateConnections: { requests: 10, closed: 0 } })).toBe(summarise(clean));
  });

  it('counts upgraded sockets where there were any', () => {
    const text = summarise({ ...clean, upgradedSockets: { closed: 0, terminated: 3 } });
    expect(text).toContain('0 interrupted; 0 upgraded sockets closed, 3 terminated; 1 of 1 hooks done');
  });

  it('names exempt requests that were cut', () => {
    const exemptCut = [{ kind: 'response', name: 'GET /metrics', ageMs: 900 }] as const;
    const text = summarise({ ...clean, requests: { ...clean.requests, exemptCut } });
    expect(text).toContain('1 of 1 hooks done [exempt GET /metrics cut after 900ms]; exit code 0');
  });

  it('names what was interrupted, and how old it was', () => {
    const interrupted = [{ kind: 'response', name: 'GET /report', ageMs: 18_000 }] as const;
    const requests = { ...clean.requests, interrupted };
    const text = summarise({ ...clean, outcome: 'interrupted', exitCode: 1, requests });
    expect(text).toMatch(/^stopped interrupted after 6\.5s; /);
    expect(text).toContain('1 interrupted; 1 of 1 hooks done [interrupted GET /report after 18s]; exit code 1');
  });

  it("counts Nest's own hooks where there were any, and names the longest and those that had not ended", () => {
    const nestHooks = [
      { name: 'Pool.onModuleDestroy', result: 'done', durationMs: 120 },
      { name: 'Bus.onModuleDestroy', result: 'unfinished', durationMs: 9 },
    ] as const;
    expect(summarise({ ...clean, nestHooks })).toContain(
      '1 of 1 hooks done, 1 of 2 of Nest done, the longest Pool.onModuleDestroy in 120ms (Bus.onModuleDestroy unfinished)',
    );
  });

  it('says what could not be seen', () => {
    const text = summarise({ ...clean, outcome: 'unverified', unseen: ['Jobs cannot be seen. Type track().'] });
    expect(text).toMatch(/^stopped unverified after .*; exit code 0; some work may have been cut: Jobs cannot be seen/);
  });

  it('names every hook that is not done, and every error', () => {
    const hook = { name: 'Ledger.close', phase: 'closing', priority: 80, durationMs: 12 } as const;
    const text = summarise({
      ...clean,
      outcome: 'failed',
      exitCode: 1,
      hooks: [
        ...clean.hooks,
        { ...hook, result: 'failed', error: 'refused' },
        { ...hook, name: 'Outbox.flush', result: 'timed-out', error: 'too slow' },
        { ...hook, name: 'Logs.flush', result: 'skipped' },
      ],
      errors: [{ origin: 'Pool.onModuleDestroy', message: 'broken pipe' }],
    });
    expect(text).toContain(
      '1 of 4 hooks done [Ledger.close failed (refused); Outbox.flush timed-out (too slow); Logs.flush skipped; ' +
        'Pool.onModuleDestroy: broken pipe]; exit code 1',
    );
  });

  it('says what was left behind, and that it was late', () => {
    const text = summarise({
      ...clean,
      outcome: 'forced',
      exitCode: 1,
      late: true,
      durationMs: 29_000,
      leftBehind: ['hook Ledger.close'],
    });
    expect(text).toMatch(/^stopped forced after 29s, later than its budget of 28s; reason SIGTERM; /);
    expect(text).toContain('[left behind hook Ledger.close]');
  });

  it('leaves out phases it never came to', () => {
    expect(summarise({ ...clean, phases: [{ phase: 'starting', durationMs: 900 }] })).toContain(
      'reason SIGTERM; 3 in flight',
    );
  });
});

describe('the last line', () => {
  afterEach(() => {
    Logger.overrideLogger(new ConsoleLogger());
  });

  it.each([
    ['log', 'clean'],
    ['error', 'interrupted'],
    ['error', 'failed'],
    ['error', 'forced'],
  ] as const)('writes one line at level %s when the outcome is %s, with the report as a field', (level, outcome) => {
    const lines: [string, unknown][] = [];
    const keep = (name: string) => (message: unknown) => void lines.push([name, message]);
    Logger.overrideLogger({ log: keep('log'), warn: keep('warn'), error: keep('error') });
    const report = { ...clean, outcome };
    nestLog().write({ type: 'shutdown-ended', report });
    expect(lines).toEqual([
      [level, expect.objectContaining({ msg: summarise(report), event: 'shutdown-ended', report })],
    ]);
  });

  it('writes a short line however much was cut, left behind or failed, and says how much that was', () => {
    const lines: unknown[] = [];
    Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (line) => void lines.push(line) });
    const numbers = Array.from({ length: 10_000 }, (_, n) => n);
    const interrupted = numbers.map((n) => ({ kind: 'response', name: `GET /reports/${n}`, ageMs: 18_000 }) as const);
    const report: ShutdownReport = {
      ...clean,
      outcome: 'forced',
      exitCode: 1,
      requests: { ...clean.requests, interrupted, exemptCut: interrupted },
      errors: numbers.map((n) => ({ origin: 'unhandledRejection', message: `refused ${n}` })),
      leftBehind: interrupted.map(({ name }) => name),
    };
    nestLog().write({ type: 'shutdown-ended', report });
    expect(lines).toEqual([
      expect.objectContaining({
        totals: { interrupted: 10_000, exemptCut: 10_000, errors: 10_000, leftBehind: 10_000 },
        report: {
          ...report,
          requests: {
            ...clean.requests,
            interrupted: interrupted.slice(0, 100),
            exemptCut: interrupted.slice(0, 100),
          },
          errors: report.errors.slice(0, 100),
          leftBehind: report.leftBehind.slice(0, 100),
        },
      }),
    ]);
    expect(JSON.stringify(lines[0]).length).toBeLessThan(40_000);
    expect(summarise(report)).toMatch(
      /refused 4; and 9995 more errors; interrupted .*; and 9995 more interrupted; exempt .*; and 9995 more exempt; /,
    );
    expect(summarise(report)).toMatch(/left behind GET \/reports\/4; and 9995 more left behind\]; exit code 1$/);
  });
});
