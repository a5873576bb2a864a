import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { LOOPBACK, LoopbackServer, reset } from './loopback-server.js';

async function connected(): Promise<{
  readonly server: LoopbackServer;
  readonly client: Socket;
  readonly socket: Socket;
}> {
  const sockets: Socket[] = [];
  const server = await LoopbackServer.listen(0, (socket) => void sockets.push(socket.on('error', () => undefined)));
  const client = connect({ host: LOOPBACK, port: server.port, allowHalfOpen: true });
  await once(client, 'connect');
  while (sockets[0] === undefined) await new Promise((resolve) => setImmediate(resolve));
  return { server, client, socket: sockets[0] };
}

describe('a reset', () => {
  it('is one for the peer', async () => {
    const { server, client, socket } = await connected();
    const failed = once(client, 'error');
    reset(socket);
    expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
    await server.close();
  });

  it('closes a connection that is just ending, which Node can neither reset nor end with', async () => {
    const { server, client, socket } = await connected();
    const errors: unknown[] = [];
    socket.on('error', (error) => void errors.push(error));
    const closed = once(socket, 'close');
    socket.end();
    reset(socket);
    await closed;
    expect(errors).toEqual([]);
    client.destroy();
    await server.close();
  });
});
