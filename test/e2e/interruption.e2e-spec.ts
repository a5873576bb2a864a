import { HttpClient } from '../support/http-client.js';
import { KINDS, NESTS } from '../support/program-kinds.js';
import { type Program, startProgram } from '../support/program.js';
import { reportOf } from '../support/service.js';

/** Those that have sent nothing when the deadline comes. */
const UNANSWERED = [
  ...['json', 'file', 'redirect', 'throws', 'conflict', 'observable', 'guard', 'middleware'],
  ...['passthrough', 'send', 'piped', 'written'],
];
/** Those whose head and a part of whose body is sent by then. */
const BEGUN = ['begun', 'download'];

async function waitForAll(program: Program, step: string): Promise<void> {
  await Promise.all([...UNANSWERED, ...BEGUN].map((name) => program.waitForLine(new RegExp(`step: ${step} ${name}$`))));
}

describe.each(KINDS)('handlers that answer after the deadline on Nest %i with %s', (nest, kind) => {
  it('harm nothing, in whatever way they answer', async () => {
    const program = startProgram('late-answers', { nest, ipc: true, env: { ADAPTER: kind } });
    const url = await program.url();
    const ask = async (name: string): Promise<string> => {
      const { outcome, body } = await new HttpClient(url).request({ path: `/${name}?token=secret` });
      return `${name}: ${outcome} ${/"code":"(\w+)"/.exec(body)?.[1] ?? ''}`.trim();
    };
    const answers = Promise.all([...UNANSWERED, ...BEGUN].map(ask));
    await waitForAll(program, 'waiting');
    program.signal('SIGTERM');
    expect(await answers).toEqual([
      ...UNANSWERED.map((name) => `${name}: http-503 INTERRUPTED`),
      ...BEGUN.map((name) => `${name}: truncated`),
    ]);
    await program.waitForLine(/step: closing/);
    program.send('answer');
    await waitForAll(program, 'answered');
    program.send('finish');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    const complaints = /ERR_|unhandled|uncaught|warning|secret/i;
    expect(exit.output.split('\n').filter((line) => complaints.test(line))).toEqual([]);
    const { outcome, errors, requests } = reportOf(exit);
    expect({ outcome, errors }).toEqual({ outcome: 'interrupted', errors: [] });
    expect(requests.interrupted.map(({ name }) => name).toSorted()).toEqual(
      [...UNANSWERED, ...BEGUN].map((name) => (name === 'middleware' ? 'GET (no route)' : `GET /${name}`)).toSorted(),
    );
  });
});

describe.each(NESTS)('signals of handlers on Nest %i', (nest) => {
  it('are let go of with their requests, and may have many listeners', async () => {
    const program = startProgram('signals', { nest, nodeArgs: ['--expose-gc'] });
    const [, seen, left] = await program.waitForLine(/signals: (\d+), left: (\d+)/);
    expect(Number(seen)).toBe(500);
    // The last one may still be on somebody's stack.
    expect(Number(left)).toBeLessThan(20);
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0 });
    expect(exit.output).not.toContain('Warning');
  });
});
