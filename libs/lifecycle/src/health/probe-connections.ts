import { type ServerOptions } from 'node:http';
import { type Server, type Socket } from 'node:net';

/** More than a kubelet and load balancers use at once; a probe takes milliseconds. */
const MOST_CONNECTIONS = 64;

/** A request of a probe is small and arrives at once. Slower or larger ones are refused. */
export const PROBE_SERVER_OPTIONS: ServerOptions = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 8192,
};

/**
 * The connections of the probe port. They do not keep the process alive. A client that holds many cannot keep others
 * out: when there are too many, the oldest is closed.
 */
export class ProbeConnections {
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => this.#accept(socket));
  }

  /** Destroys all of them, busy or idle. */
  destroy(): void {
    for (const socket of this.#open) socket.destroy();
  }

  #accept(socket: Socket): void {
    socket.unref();
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    const [oldest] = this.#open;
    if (this.#open.size > MOST_CONNECTIONS) oldest?.destroy();
  }
}
