import { type ServerOptions } from 'node:http';
import { type Server, type Socket } from 'node:net';

/** More than a kubelet and load balancers need at once; probes are over in milliseconds. */
const MOST_CONNECTIONS = 64;

/** A request for a probe is small, and comes at once: what is slower or larger is none. */
export const PROBE_SERVER_OPTIONS: ServerOptions = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 8192,
};

/**
 * The connections of the probe port. They keep no process alive, and clients that hold them cannot keep others out: when
 * there are too many, the oldest is ended for the newest.
 */
export class ProbeConnections {
  readonly #open = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => this.#accept(socket));
  }

  /** Ends all of them, whatever they are doing. */
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
