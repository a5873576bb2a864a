import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** Balancers, proxies and pods live here. */
export const LOOPBACK = '127.0.0.1';

/** Listens on loopback, and knows every connection that depends on it, so that its end is theirs. */
export class LoopbackServer {
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {
    server.on('connection', (socket) => this.follow(socket));
  }

  /** Either half of a connection may end before the other. A `port` of 0 is any free one. */
  static async listen(port: number, onConnection: (socket: Socket) => void): Promise<LoopbackServer> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await once(server.listen(port, LOOPBACK), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error(`Cannot tell which port ${LOOPBACK} gave.`);
    const loopback = new LoopbackServer(server, address.port);
    server.on('connection', onConnection);
    return loopback;
  }

  /** A connection that was opened for one of the others. */
  follow(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Closes the listener, and ends every connection: with FIN, or with RST. */
  async close(how: 'end' | 'reset' = 'end'): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    for (const socket of this.#sockets) {
      if (how === 'reset') reset(socket);
      else socket.destroy();
    }
    await closed;
  }
}

/**
 * RST, at once. A socket that is not open yet has no peer to reset. One that is just ending cannot be reset any more: Node answers EINVAL, keeps its
 * handle, and then never exits (seen on 20 and 24).
 */
export function reset(socket: Socket): void {
  const isEnding = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || isEnding) socket.destroy();
  else socket.resetAndDestroy();
}
