import { type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { answerUpgradeByBalancer, type BalancerReason } from './balancer-answer.js';
import { pairs } from './forwarded-headers.js';
import { LOOPBACK } from './loopback-server.js';
import { relay } from './relay.js';
import { type Destination, type Route } from './route.js';

/** A request to upgrade, and the connection it came on. */
export interface FrontUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What had been read beyond the request. */
  readonly head: Buffer;
}

/**
 * A WebSocket on its way to a pod: on a connection of its own, handed over as it is, and the two are one from the pod's first byte on,
 * whether it agrees or refuses.
 */
export class UpgradeExchange {
  constructor(
    private readonly front: FrontUpgrade,
    private readonly route: Route,
    private readonly world: {
      readonly sinceStart: () => number;
      readonly follow: (socket: Socket, pod: string) => void;
    },
  ) {}

  start(): void {
    this.#try({ reason: 'no-endpoints', detail: 'The balancer knows of no endpoint.' });
  }

  #try(failure: { readonly reason: BalancerReason; readonly detail: string }): void {
    const { socket } = this.front;
    const destination = this.route.next();
    if (destination === undefined) return answerUpgradeByBalancer(socket, failure.reason, failure.detail);
    const { address, attempt, endpoint } = destination;
    if (address === 'there') return this.#send(destination);
    if (address === 'silent') {
      for (const end of ['end', 'error']) socket.once(end, () => socket.destroy());
      return void socket.resume();
    }
    attempt.connect = 'refused';
    this.#try({ reason: 'refused', detail: `${endpoint.pod} has gone and refuses connections.` });
  }

  #send({ attempt, endpoint }: Destination): void {
    const { socket } = this.front;
    const server = connect({ host: LOOPBACK, port: endpoint.port, allowHalfOpen: true, noDelay: true });
    this.world.follow(server, endpoint.pod);
    const abandon = (): void => void server.destroy();
    const fail = (error?: Error): void => {
      server.destroy();
      socket.off('error', abandon);
      const failure = { detail: `${endpoint.pod}: ${error?.message ?? 'closed without an answer'}` };
      if (attempt.connect === 'open') return answerUpgradeByBalancer(socket, 'reset', failure.detail);
      attempt.connect = 'refused';
      this.#try({ reason: 'refused', ...failure });
    };
    socket.once('error', abandon);
    server.once('error', fail).once('end', fail);
    server.once('connect', () => {
      attempt.connect = 'open';
      attempt.connectedAt = this.world.sinceStart();
      attempt.wasDelivered = true;
      server.write(headOf(this.front.request), 'latin1');
      server.write(this.front.head);
    });
    server.once('data', (first: Buffer) => {
      server.off('error', fail).off('end', fail);
      socket.off('error', abandon).write(first);
      relay(socket, server);
    });
  }
}

/** As the client wrote it. */
function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const fields = pairs(rawHeaders).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url} HTTP/1.1`, ...fields, '', ''].join('\r\n');
}
