import { join } from 'node:path';
import { itNeeds, pidNamespaces } from '../support/machine.js';
import { type Program, startProgram } from '../support/program.js';
import { RawClient } from '../support/raw-client.js';
import { programFolders } from '../support/repository.js';

/** A request whose body has not come yet. */
async function upload(program: Program): Promise<RawClient> {
  const client = await RawClient.connect(await program.url());
  client.send('POST / HTTP/1.1', 'Host: test', 'Content-Type: text/plain', 'Content-Length: 10', '', '12345');
  await program.waitForLine(/upload has begun/);
  return client;
}

async function pidOf(program: Program): Promise<number> {
  const [, pid] = await program.waitForLine(/^pid (\d+)$/);
  return Number(pid);
}

/** All signals of the beginning are heard, the request is answered, and the process ends clean. */
async function expectAnswered(program: Program, client: RawClient): Promise<void> {
  await program.waitForLine(/the guard is over/);
  client.send('67890');
  await client.until(/received 10/);
  const exit = await program.exit;
  expect(exit).toMatchObject({ code: 0, signal: null });
  expect(exit.output).toMatch(/step: flush[^]*step: destroy[^]*ended with 0, clean/);
}

/** What systemd sends, each to the main process or to all of its group, one right after the other. */
const systemd: Record<string, readonly ['main' | 'all', NodeJS.Signals][]> = {
  'KillMode=control-group': [
    ['all', 'SIGTERM'],
    ['all', 'SIGCONT'],
  ],
  'KillMode=mixed, with an ExecStop= that has sent SIGTERM already': [
    ['main', 'SIGTERM'],
    ['main', 'SIGTERM'],
    ['main', 'SIGCONT'],
  ],
  'SendSIGHUP=yes, and stopped twice': [
    ['all', 'SIGTERM'],
    ['all', 'SIGHUP'],
    ['all', 'SIGCONT'],
    ['all', 'SIGTERM'],
  ],
};

describe.each(Object.entries(systemd))('under systemd with %s', (_, signals) => {
  it('a service answers what it works on, ends clean, and takes no signal of the same stop for a second one', async () => {
    const program = startProgram('held-uploads', { nest: 12, ownGroup: true });
    const pid = await pidOf(program);
    const client = await upload(program);
    for (const [count, [whom, signal]] of signals.entries()) {
      process.kill(whom === 'all' ? -pid : pid, signal);
      // One that comes again before it is heard is the same one for the kernel already.
      await program.waitForLine(new RegExp(`signal ${count + 1}:`));
    }
    await expectAnswered(program, client);
  });
});

describe('under systemd', () => {
  it('a SIGTERM long after the first ends a service at once', async () => {
    const program = startProgram('held-uploads', { nest: 12, ownGroup: true });
    const client = await upload(program);
    program.signal('SIGTERM');
    await program.waitForLine(/the guard is over/);
    expect(program.hasExited).toBe(false);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(143);
    expect(exit.output).toMatch(/ended with 143, forced/);
    await client.closed;
    // Told that it ends, and by no handler.
    expect(client.received).toMatch(/^HTTP\/1\.1 503 [^]*"code":"INTERRUPTED"/);
  });
});

describe('below an init process that is PID 1', () => {
  const service = join(programFolders[12], 'held-uploads.js');
  const start = (): Program => startProgram('init', { nest: 12, pid1: true, args: [service] });

  itNeeds(pidNamespaces, 'a service answers what it works on, and its exit code is that of the container', async () => {
    const program = start();
    const client = await upload(program);
    program.signal('SIGTERM');
    await expectAnswered(program, client);
  });

  itNeeds(pidNamespaces, 'SIGTERM and SIGINT, passed on one after the other, are one stop', async () => {
    const program = start();
    const client = await upload(program);
    program.signal('SIGTERM');
    program.signal('SIGINT');
    await expectAnswered(program, client);
  });

  itNeeds(pidNamespaces, 'a second stop, long after the first, ends it at once', async () => {
    const program = start();
    const client = await upload(program);
    program.signal('SIGTERM');
    await program.waitForLine(/the guard is over/);
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: 143 });
    await client.closed;
  });
});
