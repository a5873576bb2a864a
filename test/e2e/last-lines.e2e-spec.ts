import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NESTS } from '../support/program-kinds.js';
import { startProgram } from '../support/program.js';

const TRANSPORT = resolve(__dirname, '../support/slow-transport.cjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'last-lines-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CASES = [
  ['a transport of pino in a worker', 'pino', 'code'],
  ['a transport of pino in a worker, where the signal is raised again', 'pino', 'signal'],
  ['a file of winston', 'winston', 'code'],
] as const;

describe.each(NESTS)('the last lines on Nest %i', (nest) => {
  it.each(CASES)('are all written by %s', async (_what, logger, exit) => {
    const file = join(folder, 'app.log');
    const env = { LOGGER: logger, LOG_FILE: file, TRANSPORT, EXIT: exit };
    const service = startProgram('last-lines', { nest, env });
    await service.waitForLine(/^listening$/);
    service.signal('SIGTERM');
    const ended = await service.exit;
    expect(ended).toMatchObject(exit === 'signal' ? { signal: 'SIGTERM' } : { code: 0 });
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.filter((line) => line.includes(' of 500'))).toHaveLength(500);
    expect(lines.at(-1)).toContain('stopped clean');
  });
});
