import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { reset } from '../../libs/rollout/src/network/loopback-server.js';
import { urlOf } from './http-app.js';
import { killAfterTest } from './started-programs.js';

/**
 * Passes connections on as kube-proxy does: a new one goes where it points at that moment, an old one stays where it is.
 * Can hold back what servers send, as a slow network does.
 */
export class TcpRouter {
  /** What sends, and who it is for. */
  readonly #joined = new Map<Socket, Socket>();

  private constructor(
    private readonly server: Server,
    /** Where the next connection goes. */
    public target: string,
  ) {
    server.on('connection', (client) => this.#join(client));
    killAfterTest({ kill: async () => void server.close() });
  }

  static async start(target: string): Promise<TcpRouter> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const router = new TcpRouter(server, target);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return router;
  }

  /** Where clients connect to, with the protocol of the target. */
  get url(): string {
    return urlOf(this.server).replace('http:', new URL(this.target).protocol);
  }

  /** Nothing listens any more, and every connection is reset. */
  vanish(): void {
    this.server.close();
    this.cut();
  }

  /** Resets every connection, on both sides. */
  cut(): void {
    for (const [server, client] of this.#joined) for (const each of [server, client]) reset(each);
  }

  /** Resolves when `count` more connections have come. */
  async connected(count: number): Promise<void> {
    for (let come = 0; come < count; come += 1) await once(this.server, 'connection');
  }

  /** What servers send stays on its way. */
  hold(): void {
    for (const server of this.#joined.keys()) server.unpipe().pause();
  }

  /** And comes at last. */
  release(): void {
    for (const [server, client] of this.#joined) server.pipe(client);
  }

  #join(client: Socket): void {
    const { hostname, port } = new URL(this.target);
    const server = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
    this.#joined.set(server, client);
    client.pipe(server).pipe(client);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => reset(other));
      one.on('close', () => this.#joined.delete(one));
      killAfterTest({ kill: async () => void one.destroy() });
    }
  }
}
