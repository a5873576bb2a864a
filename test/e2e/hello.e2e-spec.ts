import { HttpClient } from '../support/http-client.js';
import { itNeeds, pidNamespaces } from '../support/machine.js';
import { type Program, startProgram } from '../support/program.js';

describe.each([12, 11] as const)('a program on Nest %i', (nest) => {
  it('serves, and ends by a signal', async () => {
    const program = startProgram('hello', { nest });
    const client = new HttpClient(await program.url());
    expect(await client.request()).toMatchObject({ outcome: 'ok', body: 'hello' });
    client.close();
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: null, signal: 'SIGTERM' });
  });

  it('hears a message', async () => {
    const program = startProgram('hello', { nest, ipc: true });
    await program.url();
    program.send('shutdown');
    await program.waitForLine(/message: shutdown/);
  });

  itNeeds(pidNamespaces, 'runs as PID 1', async () => {
    const program = startProgram('hello', { nest, pid1: true });
    await program.waitForLine(/listening on \d+, pid 1$/);
    program.signal('SIGKILL');
    await program.exit;
  });
});

describe('what a test leaves running', () => {
  let left: Program;

  it('is still there at its end', async () => {
    left = startProgram('hello', { nest: 12, pid1: pidNamespaces.isAvailable });
    await left.url();
    expect(left.hasExited).toBe(false);
  });

  it('is gone when the next one starts', () => {
    expect(left.hasExited).toBe(true);
  });
});
