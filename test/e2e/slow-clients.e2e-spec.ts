import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { KINDS } from '../support/program-kinds.js';
import { type Program, startProgram } from '../support/program.js';
import { RawClient } from '../support/raw-client.js';
import { reportOf } from '../support/service.js';
import { killAfterTest } from '../support/started-programs.js';

const options = { lameDuck: '0s', drainTimeout: '1s' } as const;

function start(nest: 11 | 12, adapter: string, more: object = {}): Program {
  const env = { ADAPTER: adapter, OPTIONS: JSON.stringify({ ...options, ...more }) };
  return startProgram('transfers', { nest, env });
}

/** Reads one byte a second, and never hurries. */
async function readSlowly(url: string, path: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) }).on('error', () => undefined);
  await once(socket, 'connect');
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`);
  everySecond(socket, () => void socket.read(1));
}

function everySecond(socket: Socket, action: () => void): void {
  const timer = setInterval(action, 1000);
  socket.on('close', () => clearInterval(timer));
  killAfterTest({
    kill: async () => {
      clearInterval(timer);
      socket.destroy();
    },
  });
}

describe.each(KINDS)('a shutdown on Nest %i with %s', (nest, adapter) => {
  it("ends by the drain's deadline when clients read or send a byte a second, and names what they asked for", async () => {
    const program = start(nest, adapter);
    const url = await program.url();
    await readSlowly(url, '/large?token=secret');
    await program.waitForLine(/large has begun/);
    const sender = await RawClient.connect(url);
    sender.ask('POST', '/upload', 'Content-Type: application/json', 'Content-Length: 1000');
    sender.send('{');
    const head = await RawClient.connect(url);
    head.send('GET /never HTTP/1.1', 'Host: te');
    const silent = await RawClient.connect(url);
    const halfOpen = await RawClient.connect(url);
    halfOpen.ask('GET', '/');
    await halfOpen.until(/hello$/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 1, signal: null });
    const { outcome, late, requests } = reportOf(exit);
    expect([outcome, late]).toEqual(['interrupted', false]);
    expect(requests.interrupted.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(requests.interrupted[0]).toMatchObject({ name: 'GET /large', route: '/large' });
    expect(exit.output).not.toContain('secret');
    await sender.closed;
    expect(sender.received).toMatch(/^HTTP\/1\.1 503 /);
    await Promise.all([head, silent, halfOpen].map(({ closed }) => closed));
  });

  it('is not held up by clients that have gone, whatever they were doing', async () => {
    const program = start(nest, adapter, { drainTimeout: '20s' });
    const url = await program.url();
    const [reader, sender, head] = await Promise.all([1, 2, 3].map(() => RawClient.connect(url)));
    reader?.pause();
    reader?.ask('GET', '/large');
    await program.waitForLine(/large has begun/);
    sender?.ask('POST', '/upload', 'Content-Type: application/json', 'Content-Length: 1000');
    head?.send('GET /never HTTP/1.1', 'Host: te');
    program.signal('SIGTERM');
    await program.waitForLine(/phase: draining/);
    for (const client of [reader, sender, head]) client?.abort();
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', requests: { interrupted: [] } });
  });
});
