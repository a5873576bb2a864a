import { once } from 'node:events';
import { createServer, connect, type Server, type Socket } from 'node:net';

/** Where a balancer may send connections to. */
export interface Endpoint {
  readonly port: number;
  readonly isReady: boolean;
}

/**
 * What kube-proxy is in Kubernetes: it hands each new connection to an instance that is ready, one after the other, and leaves the
 * connection there. It looks into nothing and tries nothing again, so what a service loses is seen.
 */
export class Balancer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private next = 0;

  constructor(private readonly endpoints: () => readonly Endpoint[]) {
    this.server = createServer({ allowHalfOpen: true }, (client) => this.hand(client));
  }

  /** @returns the port that it listens on */
  async listen(port: number): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the balancer has no port');
    return address.port;
  }

  /** Cuts what is left: its clients have stopped by then. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private hand(client: Socket): void {
    const ready = this.endpoints().filter(({ isReady }) => isReady);
    this.next += 1;
    const chosen = ready[this.next % ready.length];
    if (chosen === undefined) {
      client.destroy();
      return;
    }
    const service = connect({ host: '127.0.0.1', port: chosen.port, allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    this.join(client, service);
    this.join(service, client);
  }

  private join(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      this.sockets.delete(from);
      if (from.errored || !from.readableEnded) to.destroy();
    });
  }
}
