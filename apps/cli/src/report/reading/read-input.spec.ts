import {
  asNestJson,
  asNestText,
  asPino,
  TOLD,
  type Told,
  TROUBLED,
} from '../../../../../test/support/told-shutdown.js';
import { type Shutdown } from '../shutdown.js';
import { boundedLines } from './bounded-lines.js';
import { readInput } from './read-input.js';

async function* chunks(text: string, size = 7000): AsyncGenerator<Uint8Array, void, undefined> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string): Promise<Shutdown[]> {
  return (await readInput(chunks(text))).shutdowns.map((found) => found());
}

const OTHERS = [
  '',
  'Nest application successfully started',
  '{"level":30,"msg":"GET /orders 200"}',
  '{ not JSON',
  '[1, 2]',
];
const among = (lines: readonly string[]): string => lines.flatMap((line) => [...OTHERS, line]).join('\n');

/** Without the line of the end, as where the kubelet has killed it. */
const KILLED = TOLD.slice(0, 12);

describe('reading a report', () => {
  it.each([
    ['over many lines', JSON.stringify(TROUBLED, null, 2)],
    ['on one line', `${JSON.stringify(TROUBLED)}\n`],
    ['with a byte order mark', `\u{FEFF}\n${JSON.stringify(TROUBLED, null, 2)}`],
  ])('%s', async (_how, text) => {
    const [shutdown, ...more] = await read(text);
    expect(more).toEqual([]);
    expect(shutdown).toMatchObject({
      reason: 'SIGTERM',
      outcome: 'failed',
      exitCode: 1,
      durationMs: 26_000,
      budgetMs: 28_000,
      counts: { inFlightAtStart: 3, drained: 2, refused: 1, interrupted: 1 },
      phases: [
        { name: 'lame-duck', fromMs: 0, toMs: 5000, note: 'until its time was up' },
        { name: 'draining', fromMs: 5000, toMs: 23_000 },
        { name: 'closing', fromMs: 23_000, toMs: 26_000 },
      ],
      interrupted: { total: 1, items: [{ name: 'GET /report', kind: 'response, r-7', ageMs: 21_300 }] },
    });
    expect(shutdown?.steps.map(({ name, result, fromMs }) => [name, result, fromMs])).toEqual([
      ['Ledger.close', 'done', 23_000],
      ['Outbox.flush', 'timed out', 23_120],
      ['Audit.end', 'skipped', undefined],
      ['Cache.onModuleDestroy', 'done', 26_000],
      ['pg Pool PG', 'closed', 26_000],
    ]);
  });

  it('says the version of one that is newer', async () => {
    const { shutdowns } = await readInput(chunks(JSON.stringify({ ...TROUBLED, version: 2 })));
    expect(shutdowns).toHaveLength(1);
    expect(() => shutdowns[0]?.()).toThrow(
      'this is version 2 of the report, and this command reads version 1: npm install',
    );
  });

  it('takes nothing in it for granted', async () => {
    const strange = Object.fromEntries(Object.keys(TROUBLED).map((name) => [name, [null, 7, {}, 'x']]));
    const [shutdown] = await read(JSON.stringify({ ...strange, version: 1, durationMs: -5, budgetMs: 'much' }));
    expect(shutdown).toMatchObject({ reason: 'its end', outcome: 'unknown', durationMs: 0, budgetMs: undefined });
  });

  it('puts every text of it in sight, on one line', async () => {
    const name = 'a\n\u202Eb\u0007::error::</script>';
    const hooks = [{ name, phase: 'closing', priority: 1, result: 'done', durationMs: 1 }];
    const [shutdown] = await read(JSON.stringify({ ...TROUBLED, hooks, reason: '::set-output name=a::b' }));
    expect(shutdown?.steps[0]?.name).toBe(String.raw`a\n\u202eb\u0007::error::</script>`);
    expect(shutdown?.reason).toBe(String.raw`\u003a:set-output name=a::b`);
  });
});

describe('reading a log', () => {
  it.each([
    ['JSON of Nest', asNestJson(TOLD), 'pid 12'],
    ['nestjs-pino', asPino(TOLD), 'orders-1 12'],
    [
      'JSON with times of a container engine before it',
      asPino(TOLD).map((line) => `2026-11-30T09:29:40.123Z ${line}`),
      'orders-1 12',
    ],
    [
      'JSON in the files of Docker',
      asNestJson(TOLD).map((log) =>
        JSON.stringify({ log: `${log}\n`, stream: 'stdout', time: '2026-11-30T09:29:40.1Z' }),
      ),
      'pid 12',
    ],
  ])('finds the report among other lines: %s', async (_how, lines, process) => {
    const [shutdown, ...more] = await read(among(lines));
    expect(more).toEqual([]);
    expect(shutdown).toMatchObject({ from: 'log', process, outcome: 'failed', exitCode: 1, durationMs: 26_000 });
    // Only lines say how long a source had work.
    expect(shutdown?.sources.map(({ name, toMs }) => [name, toMs])).toEqual([
      ['HTTP requests', 23_000],
      ['tasks', 5250],
    ]);
  });

  it('reads the sentences of plain text, in colours', async () => {
    const [shutdown] = await read(among(asNestText(TOLD)));
    expect(shutdown).toMatchObject({
      process: 'pid 12',
      outcome: 'failed',
      exitCode: 1,
      durationMs: 26_000,
      budgetMs: 28_000,
      counts: { inFlightAtStart: 3, drained: 2, refused: 1, interrupted: 1 },
      interrupted: { total: 1, items: [{ name: 'GET /report (r-7)', ageMs: 21_300 }] },
    });
    expect(shutdown?.phases.map(({ name, fromMs }) => [name, fromMs])).toEqual([
      ['lame-duck', 0],
      ['draining', 5000],
      ['closing', 23_000],
    ]);
    // Nest's times are no finer than a second: where a hook began is not known from them.
    expect(shutdown?.steps.map(({ name, fromMs, durationMs }) => [name, fromMs, durationMs])).toEqual([
      ['Ledger.close', undefined, 120],
      ['Outbox.flush', undefined, 2880],
      ['Cache.onModuleDestroy', undefined, 0],
    ]);
  });

  it('knows when hooks began where the times before the lines are fine', async () => {
    const times = TOLD.map(([ms]) => new Date(Date.parse('2026-11-30T09:29:40.000Z') + ms).toISOString());
    const lines = asNestText(TOLD).map((line, index) => `${times[index]?.replace('Z', '456Z')} ${line}`);
    const [shutdown] = await read(lines.join('\r\n'));
    expect(shutdown?.steps.map(({ fromMs }) => fromMs)).toEqual([23_000, 23_120, 26_000]);
  });

  it('tells of one that was killed how far it came', async () => {
    const [shutdown] = await read(among(asPino(KILLED)));
    expect(shutdown).toMatchObject({
      outcome: undefined,
      exitCode: undefined,
      durationMs: 23_120,
      budgetMs: 28_000,
      interrupted: { total: 1 },
      lists: [{ title: 'Last waited for', items: ['GET /report'] }],
    });
    expect(shutdown?.phases.at(-1)).toEqual({
      name: 'closing',
      fromMs: 23_000,
      toMs: 23_120,
      note: 'up to the last line',
    });
    expect(shutdown?.steps.map(({ name, result }) => [name, result])).toEqual([
      ['Ledger.close', 'done'],
      ['Outbox.flush', 'no end in the log'],
    ]);
  });

  it('has what was known before hooks closed the log, and says that it is not the end', async () => {
    const before: Told[] = [...KILLED, [23_200, { type: 'shutdown-ending', report: TROUBLED }]];
    const [shutdown] = await read(asPino(before).join('\n'));
    expect(shutdown).toMatchObject({ outcome: undefined, exitCode: undefined, counts: { drained: 2 } });
  });

  it('keeps several shutdowns apart: of one process after the other, and of processes at the same time', async () => {
    const [one, two] = [asNestJson(TOLD, 1), asNestJson(KILLED, 2)];
    const mixed = one.flatMap((line, index) => [line, two[index] ?? '']);
    const found = await read([...asNestText(TOLD, 1), ...mixed].join('\n'));
    expect(found.map(({ process, outcome }) => [process, outcome])).toEqual([
      ['pid 1', 'failed'],
      ['pid 1', 'failed'],
      ['pid 2', undefined],
    ]);
  });

  it('keeps the newest of very many', async () => {
    const one = asPino(TOLD.slice(0, 1)).join('\n');
    const { shutdowns, left, lines } = await readInput(chunks(Array(700).fill(one).join('\n'), 65_536));
    expect([shutdowns.length, left, lines]).toEqual([500, 200, 700]);
  });

  it('finds none where there is none', async () => {
    expect(await read(OTHERS.join('\n'))).toEqual([]);
    expect(await read('')).toEqual([]);
    expect(
      await read('{"event":"phase-changed","phase":"draining"}\n{"event":7}\n{"message":null,"event":"x"}'),
    ).toEqual([]);
  });

  it('keeps nothing of a line that is too long, and goes on behind it', async () => {
    const lines: string[] = [];
    for await (const line of boundedLines(chunks(`a\n${'x'.repeat(5000)}\nb\n${'ä'.repeat(40)}`, 33), 100))
      lines.push(line);
    expect(lines).toEqual(['a', 'b', 'ä'.repeat(40)]);
  });
});
