import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { answerUpgradeByBalancer, type BalancerReason } from './balancer-answer.js';
import { pairs } from './forwarded-headers.js';
import { dialPod } from './pod-ways.js';
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
    const ignore = (): void => undefined;
    const giveUp = dialPod(endpoint.port)({
      opened: (server) => {
        socket.off('error', ignore).off('close', giveUp);
        this.#opened(server, { attempt, endpoint });
      },
      refused: ({ message }) => {
        socket.off('error', ignore).off('close', giveUp);
        attempt.connect = 'refused';
        this.#try({ reason: 'refused', detail: `${endpoint.pod}: ${message}` });
      },
    });
    socket.on('error', ignore).on('close', giveUp);
  }

  #opened(server: Socket, { attempt, endpoint }: Pick<Destination, 'attempt' | 'endpoint'>): void {
    const { socket } = this.front;
    this.world.follow(server, endpoint.pod);
    const abandon = (): void => void server.destroy();
    const fail = (error?: Error): void => {
      server.destroy();
      socket.off('error', abandon);
      answerUpgradeByBalancer(socket, 'reset', `${endpoint.pod}: ${error?.message ?? 'closed without an answer'}`);
    };
    socket.once('error', abandon);
    server.once('error', fail).once('end', fail);
    server.once('data', (first: Buffer) => {
      server.off('error', fail).off('end', fail);
      socket.off('error', abandon).write(first);
      relay(socket, server);
    });
    attempt.connect = 'open';
    attempt.connectedAt = this.world.sinceStart();
    attempt.wasDelivered = true;
    server.write(headOf(this.front.request), 'latin1');
    server.write(this.front.head);
  }
}

/** As the client wrote it. */
function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const fields = pairs(rawHeaders).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${url} HTTP/1.1`, ...fields, '', ''].join('\r\n');
}
