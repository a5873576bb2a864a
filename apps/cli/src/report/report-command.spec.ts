import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asNestText, asPino, TOLD, TROUBLED } from '../../../../test/support/told-shutdown.js';
import { runCommandLine } from '../program.js';
import { type Terminal } from '../terminal.js';

async function* streamOf(text: string): AsyncGenerator<string, void, undefined> {
  yield text;
}

describe('nestjs-lifecycle report', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'picture-'));
    writeFileSync(join(folder, 'report.json'), JSON.stringify(TROUBLED, null, 2));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const run = async (args: readonly string[], { input = '', env = {}, isTTY = false, stdinIsTTY = false } = {}) => {
    const written = { stdout: '', stderr: '' };
    const terminal: Terminal = {
      stdin: Object.assign(streamOf(input), { isTTY: stdinIsTTY }),
      stdout: { write: (text) => (written.stdout += text), isTTY, columns: 90 },
      stderr: { write: (text) => (written.stderr += text) },
      env,
      cwd: folder,
    };
    return { code: await runCommandLine(['report', ...args], terminal), ...written };
  };

  it('draws a report, whatever its outcome, and exits with 0', async () => {
    const { code, stdout, stderr } = await run(['report.json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Failed: Outbox\.flush timed out\n/);
    expect(stdout).not.toContain('\u001B');
  });

  it.each([['-'], [undefined]])('draws what comes through a pipe (%s)', async (file) => {
    const { code, stdout } = await run(file === undefined ? [] : [file], { input: asPino(TOLD).join('\n') });
    expect(code).toBe(0);
    expect(stdout).toContain('because of SIGTERM');
  });

  it('uses colours on a terminal alone, and not with NO_COLOR', async () => {
    expect((await run(['report.json'], { isTTY: true })).stdout).toContain('\u001B[31m');
    expect((await run(['report.json'], { isTTY: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001B');
    const dumb = await run(['report.json'], { isTTY: true, env: { TERM: 'dumb' } });
    for (const sign of ['\u001B', '█']) expect(dumb.stdout).not.toContain(sign);
    expect((await run(['report.json'], { env: { LANG: 'C' } })).stdout).toMatch(/#{3}/);
  });

  it('writes a page as well', async () => {
    const { code, stdout } = await run(['report.json', '--html', 'page.html']);
    expect(code).toBe(0);
    expect(stdout).not.toBe('');
    expect(readFileSync(join(folder, 'page.html'), 'utf8')).toMatch(/^<!doctype html>\n<html lang="en">/);
  });

  it('draws the last shutdown of a log, says that there are more, lists them, and draws any', async () => {
    const input = [...asPino(TOLD.slice(0, 4), 7), ...asNestText(TOLD, 8)].join('\n');
    const last = await run([], { input });
    expect(last.stdout).toContain('pid 8');
    expect(last.stderr).toBe('1 more shutdown in it; this is the last one. --list shows all, --nth draws another.\n');
    const list = await run(['--list'], { input });
    expect(list.stdout).toBe(
      '1  No end: the log stops 6 s after the signal, draining, because of SIGTERM, 2026-11-30T09:29:40.000Z, orders-1 7, 6 s seen of 28 s\n' +
        `2  Failed: Outbox.flush timed out, because of SIGTERM, ${new Date('11/30/2026, 9:29:40 AM').toISOString()}, pid 8, 26 s of 28 s\n`,
    );
    expect((await run(['--nth', '1'], { input })).stdout).toContain('orders-1 7');
    const missing = await run(['--nth', '3'], { input });
    expect(missing).toMatchObject({ code: 2, stderr: '--nth 3: there are 2 shutdowns in it; --list shows them\n' });
  });

  it.each([
    ['a file that is not there', ['none.json'], '', 'cannot read none.json (ENOENT): name a file that is there\n'],
    ['a folder', ['.'], '', 'report .: it is a folder; name a file in it\n'],
    ['nothing', ['-'], '', 'report: standard input is empty. Name the file that reportFile has, or a log: kubectl'],
    ['another log', [], 'a\nb', 'report: there is no shutdown in the 2 lines of standard input. Name the file that'],
    ['a newer report', [], JSON.stringify({ ...TROUBLED, version: 9 }), 'this is version 9 of the report, and this'],
    [
      'a page in no folder',
      ['report.json', '--html', 'no/page.html'],
      '',
      '--html no/page.html: cannot be written (ENOENT)',
    ],
    [
      'a number that is none',
      ['--nth', '0'],
      '',
      "error: option '--nth <number>' argument '0' is invalid. Write a whole",
    ],
  ])('says what to type for %s, and exits with 2', async (_what, args, input, message) => {
    const { code, stdout, stderr } = await run(args, { input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(message)).toBe(true);
  });

  it('asks for a file where a person would have to type the log', async () => {
    const { code, stderr } = await run([], { stdinIsTTY: true });
    expect(code).toBe(2);
    expect(stderr).toContain('report: name a file, or pipe a log into it: kubectl logs');
  });

  it('lists a report of another version among others', async () => {
    const newer = JSON.stringify({ ...TROUBLED, version: 2 });
    const { code, stdout } = await run(['--list'], { input: `${newer}\n${JSON.stringify(TROUBLED)}` });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1 {2}this is version 2 of the report.*\n2 {2}Failed: /);
  });

  it('says what it takes, and what it exits with', async () => {
    const { stdout } = await run(['--help']);
    expect(stdout).toContain('kubectl logs --previous POD | nestjs-lifecycle report');
    expect(stdout).toContain(
      'Exit codes: 0 drawn, whatever the outcome; 2 input that cannot be used, 3 a defect here.',
    );
  });
});
