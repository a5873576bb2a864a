import { type Socket } from 'node:net';

/** The TCP sockets below TLS, which may hang in a handshake. */
export class RawSockets {
  readonly #sockets = new Set<Socket>();

  get size(): number {
    return this.#sockets.size;
  }

  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Destroys all sockets but those with these remote ports. */
  destroyAllBut(remotePorts: ReadonlySet<number | undefined>): void {
    for (const socket of this.#sockets) if (!remotePorts.has(socket.remotePort)) socket.destroy();
  }
}
