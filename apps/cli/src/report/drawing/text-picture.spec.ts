import { stripVTControlCharacters } from 'node:util';
import { asPino, TOLD, TROUBLED } from '../../../../../test/support/told-shutdown.js';
import { type HookReport } from '../../../../../libs/lifecycle/src/report/shutdown-report.js';
import { endedReport } from '../../../../../test/support/ended-report.js';
import { readLogLine } from '../reading/log-line.js';
import { readLines } from '../reading/read-lines.js';
import { readReport } from '../reading/read-report.js';
import { displayWidth, fitted } from './display-width.js';
import { pictureOf } from './picture.js';
import { textPicture } from './text-picture.js';

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`;

type Mutable = { -readonly [K in keyof HookReport]: HookReport[K] };

const LOOK = { columns: 100, colours: false, ascii: false, plain: false };
const draw = (report: object, look: Partial<typeof LOOK> = {}): string =>
  textPicture(pictureOf(readReport({ ...report }, { from: 'report' })), { ...LOOK, ...look });

const CLEAN = endedReport({
  hooks: [{ name: 'Ledger.close', phase: 'closing', priority: 80, result: 'done', startedMs: 6200, durationMs: 12 }],
});

describe('the picture in a terminal', () => {
  it('of a clean end', () => {
    expect(draw(CLEAN)).toBe(
      lines(
        'Clean: everything finished in time',
        'because of SIGTERM, 2026-01-01T00:00:00.000Z, 6.5 s of 28 s',
        '',
        'Outcome: clean, Exit code: 0, Took: 6.5 s (23 % of 28 s), Hooks done: 1 of 1,',
        'In flight at the signal: 3, Drained: 3, Refused: 1, Interrupted: 0',
        '',
        '                0                10 s                budget 28 s',
        'Phases',
        '  lame-duck     ████████·······································│  5 s, 18 % of 28 s,',
        '                                                                  until its time was up',
        '  draining      ········██·····································│  1.2 s, 4 % of 28 s',
        '  closing       ··········█····································│  300 ms, 1 % of 28 s',
        'Hooks',
        '  Ledger.close  ··········█····································│  12 ms, done, closing 80',
      ),
    );
  });

  it('of an end with trouble', () => {
    expect(draw(TROUBLED)).toBe(
      lines(
        'Failed: Outbox.flush timed out',
        'because of SIGTERM, 2026-11-30T09:29:40.000Z, 26 s of 28 s',
        '',
        'Outcome: failed, Exit code: 1, Took: 26 s (93 % of 28 s), Hooks done: 1 of 3,',
        'In flight at the signal: 3, Drained: 2, Refused: 1, Interrupted: 1',
        '',
        '                         0             10 s          budget 28 s',
        'Phases',
        '  lame-duck              ███████·······························│  5 s, 18 % of 28 s,',
        '                                                                  until its time was up',
        '  draining               ·······████████████████████████·······│  18 s, 64 % of 28 s',
        '  closing                ·······························████···│  3 s, 11 % of 28 s',
        'Sources of work',
        '  HTTP requests                                                   3 in flight at the signal,',
        '                                                                  2 drained, 1 interrupted,',
        '                                                                  1 refused',
        '  tasks                                                           1 drained',
        'Hooks',
        '  Ledger.close           ·······························█······│  120 ms, done, closing 80',
        '  Outbox.flush           ·······························▓▓▓▓···│  2.9 s, timed out, closing 60',
        '    it took longer than 2.88s',
        '  Audit.end                                                       never called, closing 90',
        'Hooks of Nest',
        '  Cache.onModuleDestroy  ···································█··│  0 ms, done, of Nest',
        'Pools and clients',
        '  pg Pool PG             ···································█··│  0 ms, closed, database 80',
        '',
        'Interrupted',
        '  GET /report after 21.3 s (response, r-7)',
      ),
    );
  });

  it('with ASCII alone, in a narrower terminal', () => {
    expect(draw(TROUBLED, { ascii: true, columns: 80 })).toBe(
      lines(
        'Failed: Outbox.flush timed out',
        'because of SIGTERM, 2026-11-30T09:29:40.000Z, 26 s of 28 s',
        '',
        'Outcome: failed, Exit code: 1, Took: 26 s (93 % of 28 s), Hooks done: 1 of 3,',
        'In flight at the signal: 3, Drained: 2, Refused: 1, Interrupted: 1',
        '',
        '                         0              budget 28 s',
        'Phases',
        '  lame-duck              ####.....................|  5 s, 18 % of 28 s,',
        '                                                     until its time was up',
        '  draining               ....#################....|  18 s, 64 % of 28 s',
        '  closing                .....................##..|  3 s, 11 % of 28 s',
        'Sources of work',
        '  HTTP requests                                      3 in flight at the signal,',
        '                                                     2 drained, 1 interrupted,',
        '                                                     1 refused',
        '  tasks                                              1 drained',
        'Hooks',
        '  Ledger.close           .....................#...|  120 ms, done, closing 80',
        '  Outbox.flush           .....................!!..|  2.9 s, timed out,',
        '                                                     closing 60',
        '    it took longer than 2.88s',
        '  Audit.end                                          never called, closing 90',
        'Hooks of Nest',
        '  Cache.onModuleDestroy  .......................#.|  0 ms, done, of Nest',
        'Pools and clients',
        '  pg Pool PG             .......................#.|  0 ms, closed, database 80',
        '',
        'Interrupted',
        '  GET /report after 21.3 s (response, r-7)',
      ),
    );
  });

  it('in sentences, which is also what a very narrow terminal gets', () => {
    expect(draw(TROUBLED, { plain: true })).toBe(
      lines(
        'Failed: Outbox.flush timed out',
        'because of SIGTERM, 2026-11-30T09:29:40.000Z, 26 s of 28 s',
        '',
        'Outcome: failed, Exit code: 1, Took: 26 s (93 % of 28 s), Hooks done: 1 of 3,',
        'In flight at the signal: 3, Drained: 2, Refused: 1, Interrupted: 1',
        '',
        'Phases',
        '  lame-duck: from 0 to 5 s, 5 s, 18 % of 28 s, until its time was up',
        '  draining: from 5 s to 23 s, 18 s, 64 % of 28 s',
        '  closing: from 23 s to 26 s, 3 s, 11 % of 28 s',
        '',
        'Sources of work',
        '  HTTP requests: 3 in flight at the signal, 2 drained, 1 interrupted, 1 refused',
        '  tasks: 1 drained',
        '',
        'Hooks',
        '  Ledger.close: from 23 s to 23.1 s, 120 ms, done, closing 80',
        '  Outbox.flush: from 23.1 s to 26 s, 2.9 s, timed out, closing 60',
        '    it took longer than 2.88s',
        '  Audit.end: never called, closing 90',
        '',
        'Hooks of Nest',
        '  Cache.onModuleDestroy: from 26 s to 26 s, 0 ms, done, of Nest',
        '',
        'Pools and clients',
        '  pg Pool PG: from 26 s to 26 s, 0 ms, closed, database 80',
        '',
        'Interrupted',
        '  GET /report after 21.3 s (response, r-7)',
      ),
    );
    expect(draw(TROUBLED, { columns: 30 })).toContain('  draining: from 5 s to 23 s, 18 s, 64 % of 28 s\n');
  });

  it('of an end that is not in the log', () => {
    const seen = asPino(TOLD.slice(0, 5)).flatMap((line) => readLogLine(line) ?? []);
    expect(textPicture(pictureOf(readLines(seen)), LOOK)).toBe(
      lines(
        'No end: the log stops 23 s after the signal, draining',
        'because of SIGTERM, 2026-11-30T09:29:40.000Z, orders-1 12, 23 s seen of 28 s',
        '',
        'Outcome: not in the log, Exit code: –, Took: 23 s (82 % of 28 s), Hooks done: 0 of 0,',
        'In flight at the signal: 3, Drained: 0, Refused: 0, Interrupted: 0',
        '',
        '              0                 10 s                 budget 28 s',
        'Phases',
        '  lame-duck   █████████········································│  5 s, 18 % of 28 s',
        '  draining    ·········███████████████████████████████·········│  18 s, 64 % of 28 s,',
        '                                                                  up to the last line',
        '',
        'Interrupted',
        '  GET /report after 21.3 s (response, r-7)',
        '',
        'Last waited for',
        '  GET /report',
      ),
    );
  });

  it('of a report in which nothing has happened', () => {
    expect(draw(endedReport({ phases: [], hooks: [], durationMs: 0, budgetMs: 0 }))).toBe(
      lines(
        'Clean: everything finished in time',
        'because of SIGTERM, 2026-01-01T00:00:00.000Z, 0 ms of 0 ms',
        '',
        'Outcome: clean, Exit code: 0, Took: 0 ms, Hooks done: 0 of 0, In flight at the signal: 3,',
        'Drained: 3, Refused: 1, Interrupted: 0',
      ),
    );
  });

  it('has the same text with colours and without', () => {
    const coloured = draw(TROUBLED, { colours: true });
    expect(coloured).toContain('\u001B[31mFailed: Outbox.flush timed out\u001B[39m');
    expect(stripVTControlCharacters(coloured)).toBe(draw(TROUBLED));
  });

  it('of 200 hooks shows those that went wrong and those that took longest', () => {
    const hooks = Array.from({ length: 200 }, (_, index): Mutable => ({
      name: `Hooks.stop${index}`,
      phase: 'closing',
      priority: 50,
      result: index === 150 ? 'failed' : 'done',
      startedMs: 6200,
      durationMs: index < 3 ? 90 : 1,
    }));
    const text = draw(endedReport({ hooks }));
    expect(text.match(/Hooks\.stop/g)).toHaveLength(40);
    for (const name of ['stop0 ', 'stop1 ', 'stop2 ', 'stop150 ']) expect(text).toContain(`Hooks.${name}`);
    expect(text).toContain('  and 160 more that ended well and took less\n');
    for (const hook of hooks) hook.result = 'failed';
    expect(draw(endedReport({ hooks }))).toContain('  and 160 more\n');
  });

  it('keeps its columns with names that are long, wide, or try to leave them', () => {
    const names = ['x'.repeat(300), '日本語'.repeat(40), 'a\n::error::b\u202E', '\u001B[31mred', '👩‍🚀 e\u0301'];
    const hooks = names.map((name) => ({
      name,
      phase: 'closing' as const,
      priority: 50,
      result: 'done' as const,
      startedMs: 6200,
      durationMs: 20,
    }));
    const rows = draw(endedReport({ hooks }))
      .split('\n')
      .filter((line) => line.includes('done, closing 50'));
    expect(rows).toHaveLength(5);
    expect(new Set(rows.map(displayWidth)).size).toBe(1);
    for (const unseen of ['\u001B', '\u202E']) expect(rows.join('')).not.toContain(unseen);
    expect(rows.join('\n')).not.toMatch(/^\s*::/m);
    expect(rows[2]).toContain(String.raw`a\n::error::b\u202e`);
  });

  it('fits texts to columns', () => {
    expect(fitted('日本語', 5)).toBe('日本…');
    expect(fitted('日本語', 4)).toBe('日… ');
    expect(fitted('ab', 4)).toBe('ab  ');
    expect(displayWidth('e\u0301')).toBe(1);
  });
});
