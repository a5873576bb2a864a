import { Server, type Socket } from 'node:net';

/** The connections of a TCP server, which can be told to bring no more. */
export interface TcpSockets {
  /** Accepts and reads no more; what has to be written still can be. */
  stopReading(): void;
}

/**
 * Follows the connections of a microservice server that is one of Node's TCP servers underneath, which Nest's TCP
 * transport gives out with `unwrap()`. Others have connections of their own kind, and `undefined` here.
 */
export function tcpSockets(server: { unwrap?(): unknown }): TcpSockets | undefined {
  const tcp: unknown = server.unwrap?.();
  if (!(tcp instanceof Server)) return undefined;
  const open = new Set<Socket>();
  tcp.prependListener('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return {
    stopReading: () => {
      if (tcp.listening) Server.prototype.close.call(tcp);
      for (const socket of open) socket.pause();
    },
  };
}
