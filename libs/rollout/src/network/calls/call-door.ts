import { type Socket } from 'node:net';
import { type Attempt } from '../../ledger/request-record.js';
import { type RandomStream } from '../../random/random.js';
import { type OngoingAttempt } from '../attempt-log.js';
import { type Endpoint } from '../balancer.js';
import { LoopbackServer, reset } from '../loopback-server.js';
import { dialPod } from '../pod-ways.js';
import { relay } from '../relay.js';
import { type Call, type Caller } from './call.js';
import { CallTap, type RequestLine, requestLineOf } from './call-tap.js';
import { framingOfRequest, MessageReader } from './message-reader.js';
import { type ServicePort } from './service-port.js';

/** One pod's way to one port of a Service. */
export interface CallDoorParts {
  readonly caller: Caller;
  readonly target: ServicePort;
  /** Which endpoint is chosen. */
  readonly stream: RandomStream;
  readonly sinceStart: () => number;
  readonly onCall: (call: Call) => void;
}

/**
 * Where the calls of one pod to one port of a Service arrive on this machine. It balances as kube-proxy does on the pod's node: an
 * endpoint is chosen when a connection opens, and the connection stays there. The connection is accepted before that can be known: where a
 * cluster would refuse it, the caller sees a reset at its first bytes, and the ledger says `refused`.
 */
export class CallDoor {
  private constructor(
    private readonly parts: CallDoorParts,
    private readonly server: LoopbackServer,
  ) {}

  static async open(parts: CallDoorParts): Promise<CallDoor> {
    const server = await LoopbackServer.listen(0, (client) => door.#accept(client));
    const door = new CallDoor(parts, server);
    return door;
  }

  get port(): number {
    return this.server.port;
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  #accept(client: Socket): void {
    const { caller, target, stream } = this.parts;
    const [first, ...others] = target.of(caller.node);
    if (first === undefined) return this.#refuse(client, undefined);
    const endpoint = stream.pick([first, ...others]);
    const attempt: OngoingAttempt = {
      pod: endpoint.pod,
      at: this.parts.sinceStart(),
      connect: 'black-hole',
      connectedAt: undefined,
      wasDelivered: false,
    };
    switch (target.stateOf(endpoint)) {
      case 'there':
        return this.#connect(client, endpoint, attempt);
      case 'refuses':
        attempt.connect = 'refused';
        return this.#refuse(client, attempt);
      case 'silent':
        return this.#keepWaiting(client, attempt);
    }
  }

  #connect(client: Socket, { pod, port }: Endpoint, attempt: OngoingAttempt): void {
    const ignore = (): void => undefined;
    const giveUp = dialPod(port)({
      opened: (server) => {
        this.server.follow(server);
        client.off('error', ignore).off('close', giveUp);
        attempt.connect = 'open';
        attempt.connectedAt = this.parts.sinceStart();
        this.parts.target.open.add(pod, server);
        this.#awaitFirstBytes(client, server, attempt);
      },
      refused: () => {
        client.off('close', giveUp);
        attempt.connect = 'refused';
        this.#refuse(client, attempt);
      },
    });
    client.on('error', ignore).on('close', giveUp);
  }

  /** A pod may end a connection that it has never looked at: that costs the caller what it sends there, and nothing if it sends nothing. */
  #awaitFirstBytes(client: Socket, server: Socket, attempt: OngoingAttempt): void {
    const { caller, sinceStart, onCall } = this.parts;
    const sides = [client, server];
    const begin =
      (side: Socket) =>
      (first: Buffer): void => {
        side.pause().unshift(first);
        stopWaiting();
        new CallTap({ caller, attempt, sinceStart, onCall }).follow(client, server);
        relay(client, server);
      };
    const listeners = sides.map((side) => [side, begin(side)] as const);
    const cut = (): void => {
      stopWaiting();
      attempt.wasDelivered = true;
      server.on('error', () => server.destroy()).destroy();
      this.#lose(client, attempt, 'reset');
    };
    const leave = (): void => {
      stopWaiting();
      server.on('error', () => server.destroy()).destroy();
      client.on('error', () => client.destroy()).destroy();
    };
    const stopWaiting = (): void => {
      for (const [side, listener] of listeners) side.off('data', listener);
      server.off('error', cut).off('end', cut);
      client.off('error', leave).off('end', leave);
    };
    for (const [side, listener] of listeners) side.on('data', listener);
    server.on('error', cut).on('end', cut);
    client.on('error', leave).on('end', leave);
  }

  #refuse(client: Socket, attempt: Attempt | undefined): void {
    this.#lose(client, attempt, 'refused');
  }

  /** At its first bytes: they say which call it is. */
  #lose(client: Socket, attempt: Attempt | undefined, fate: 'refused' | 'reset'): void {
    this.#readFirst(client, attempt, fate);
    client.once('data', () => reset(client));
  }

  /** Until the caller gives up. */
  #keepWaiting(client: Socket, attempt: Attempt): void {
    this.#readFirst(client, attempt, 'black-hole');
    client.resume();
  }

  #readFirst(client: Socket, attempt: Attempt | undefined, fate: 'refused' | 'reset' | 'black-hole'): void {
    const { caller, sinceStart, onCall } = this.parts;
    let line: RequestLine = { method: 'CONNECT', path: '', requestId: undefined };
    let sentAt: number | undefined;
    const reader = new MessageReader({
      onHead: (head) => {
        line = requestLineOf(head);
        return framingOfRequest(head);
      },
      onEnd: () => undefined,
      onOther: () => undefined,
    });
    client.on('data', (chunk: Buffer) => {
      sentAt ??= sinceStart();
      reader.write(chunk);
    });
    client.on('error', () => client.destroy());
    client.on('end', () => client.destroy());
    client.once('close', () => {
      // It has asked nothing, so nothing is lost.
      if (sentAt === undefined) return;
      onCall({
        ...line,
        caller,
        sentAt,
        answeredAt: undefined,
        endedAt: sinceStart(),
        fate,
        status: undefined,
        detail: attempt === undefined ? 'The Service had no endpoint.' : undefined,
        isReused: false,
        isStream: false,
        attempt: attempt && { ...attempt, at: Math.max(attempt.at, sentAt) },
      });
    });
  }
}
