import { type Socket, connect } from 'node:net';

/**
 * Chooses a replica for each new connection, as kube-proxy does. A connection stays with its replica for as long as it
 * is open, also after the replica is no longer chosen.
 */
export class Router {
  #ports: readonly number[];
  #next = 0;
  readonly #portOf = new WeakMap<Socket, number>();

  constructor(ports: readonly number[]) {
    this.#ports = ports;
  }

  /** New connections no longer go there. */
  remove(port: number): void {
    this.#ports = this.#ports.filter((other) => other !== port);
  }

  /** Where a connection of this router goes. */
  portOf(socket: Socket): number | undefined {
    return this.#portOf.get(socket);
  }

  connect(): Socket {
    this.#next += 1;
    const port = this.#ports[this.#next % this.#ports.length] ?? 0;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#portOf.set(socket, port);
    return socket;
  }
}
