import { type Program } from '../support/program.js';
import { compilePages, type StartPage } from './page-programs.js';

let start: StartPage;

beforeAll(() => {
  start = compilePages('commands');
});

/** Sends a signal in the middle of the import, and returns what the program wrote. */
async function stopped(program: Program, signal: NodeJS.Signals): Promise<string> {
  await program.waitForLine(/^row 2 is written$/);
  program.signal(signal);
  const { code, output } = await program.exit;
  expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
  return output;
}

describe('the command of the page', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends at the next row after %s, before the database is closed',
    async (signal) => {
      const output = await stopped(start('commands'), signal);
      expect(output).toMatch(/row \d+ is written[^]*the database is closed[^]*stopped clean after/);
      expect(output).not.toContain('row 100 is written');
      expect(output).not.toMatch(/WARN|ERROR/);
    },
  );
});
