import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server on a real socket that has stopped answering, as one whose machine stands still. */
export interface UnansweringServer extends AsyncDisposable {
  readonly port: number;
}

async function serve(onSocket: (socket: Socket) => void): Promise<UnansweringServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onSocket(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    // Of a server that listens on a port.
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

/** It answers what a client says of itself when it connects, and nothing else. */
export const unansweringRedis = (): Promise<UnansweringServer> =>
  serve((socket) => {
    socket.on('data', (data: Buffer) => {
      for (const _hello of data.toString().matchAll(/\$\d+\r\n(CLIENT|HELLO)\r\n/gi)) socket.write('+OK\r\n');
    });
  });

/** It lets a client connect, and then answers nothing. */
export const unansweringNats = (): Promise<UnansweringServer> =>
  serve((socket) => {
    socket.write('INFO {"server_id":"test","version":"2.10.0","proto":1,"headers":true,"max_payload":1048576}\r\n');
    socket.once('data', () => socket.write('PONG\r\n'));
  });
