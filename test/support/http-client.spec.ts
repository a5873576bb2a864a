import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { HttpClient } from './http-client.js';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('HttpClient', () => {
  let server: Server;
  let connections: Socket[];
  /** What the server does with the n-th request of a connection. */
  let onRequest: (socket: Socket, n: number) => void;
  let client: HttpClient;

  beforeEach(async () => {
    connections = [];
    server = createServer((socket) => {
      let requests = 0;
      connections.push(socket);
      socket.on('error', () => undefined).on('data', () => onRequest(socket, (requests += 1)));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    client = new HttpClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { timeoutMs: 1000 });
  });

  afterEach(async () => {
    client.close();
    for (const socket of connections) socket.destroy();
    if (server.listening) await once(server.close(), 'close');
  });

  it('asks again and again over one connection', async () => {
    onRequest = (socket) => socket.write(ok);
    expect(await client.request()).toMatchObject({ outcome: 'ok', status: 200, body: 'ok', wasReused: false });
    expect(await client.request()).toMatchObject({ outcome: 'ok', wasReused: true });
    expect(connections).toHaveLength(1);
  });

  it('opens another connection after the server said Connection: close', async () => {
    onRequest = (socket) => socket.write(ok.replace('\r\n', '\r\nConnection: close\r\n'));
    await client.request();
    expect(await client.request()).toMatchObject({ outcome: 'ok', wasReused: false });
    expect(connections).toHaveLength(2);
  });

  it('opens another connection after it saw the server close the idle one', async () => {
    onRequest = (socket) => socket.write(ok);
    await client.request();
    const [first] = connections;
    first?.end();
    if (first !== undefined) await once(first, 'close');
    expect(await client.request()).toMatchObject({ outcome: 'ok', wasReused: false });
  });

  it('names an error status', async () => {
    onRequest = (socket) => socket.write(ok.replace('200 OK', '503 Service Unavailable'));
    expect(await client.request()).toMatchObject({ outcome: 'http-503', status: 503 });
  });

  it('sees a refused connection', async () => {
    await once(server.close(), 'close');
    expect((await client.request()).outcome).toBe('refused');
  });

  it.each(['end', 'resetAndDestroy'] as const)('sees a connection closed before the answer (%s)', async (how) => {
    onRequest = (socket) => socket[how]();
    expect((await client.request()).outcome).toBe('reset');
  });

  it.each(['end', 'resetAndDestroy'] as const)('sees a kept-alive connection closed under it (%s)', async (how) => {
    onRequest = (socket, n) => (n === 1 ? socket.write(ok) : socket[how]());
    await client.request();
    expect(await client.request()).toMatchObject({ outcome: 'reset-on-reuse', wasReused: true });
    expect(connections).toHaveLength(1);
  });

  it('sees an answer cut short', async () => {
    onRequest = (socket) => socket.end(ok.slice(0, -1));
    expect((await client.request()).outcome).toBe('truncated');
  });

  it('gives up on a server that does not answer', async () => {
    onRequest = () => undefined;
    expect((await client.request()).outcome).toBe('timeout');
  });
});
