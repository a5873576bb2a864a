import { type Deadline } from '../../deadline/deadline.js';
import { classNameOf } from '../../errors/foreign-call.js';
import { isRmqAcknowledging } from '../../internals/nest-rmq.js';
import { keepFromListeningAgain, type TransportKind, transportKind } from '../../internals/nest-transports.js';
import { type HandlerMark } from './handler-mark.js';
import { RmqConsumers } from './rmq-consumers.js';
import { RmqReplies } from './rmq-replies.js';
import { connectionsOf } from './transport-connections.js';
import { type Connections, type ConnectionsParts, type LeaveOptions } from './transport-server.js';

/** The part of a Nest microservice server used here. A strategy of the application may throw in any of its methods. */
export interface MessageServer {
  listen(callback: (...args: unknown[]) => void): unknown;
  close(): unknown;
  unwrap?(): unknown;
  getHandlers?(): unknown;
  readonly transportId?: unknown;
}

/** Those that accept connections; the others pull from a broker. */
const LISTENING: ReadonlySet<unknown> = new Set<TransportKind>(['tcp', 'grpc']);

/** What becomes of a message that has just come. */
export type Admission =
  /** It is worked on. */
  | 'run'
  /** Its sender is told to send it again elsewhere. */
  | 'refuse'
  /** The answer could not be sent any more. */
  | 'cut'
  /** The broker gives it to another instance. */
  | 'return';

/** A microservice server, its connections where they can be seen, and its own way to close, taken once. */
export class FollowedServer {
  isListening = false;
  /** Whether it has been reported that its close failed. */
  hasFailed = false;
  connections: Connections | undefined;
  /** Monotonic milliseconds of the newest message; only kept while the service leaves. */
  lastMessageAt = Number.NEGATIVE_INFINITY;
  #state: 'serving' | 'closing' | 'closed' = 'serving';
  #closed: Promise<unknown> | undefined;
  #stopsAt: Deadline | undefined;
  /** Of RabbitMQ, followed from before the first of them begins. */
  readonly #consumers: RmqConsumers | undefined;

  constructor(
    private readonly server: MessageServer,
    private readonly ownClose: () => unknown,
    private readonly parts: ConnectionsParts & { readonly marksOf: () => ReadonlyMap<string, HandlerMark> },
  ) {
    if (this.#transport === 'rmq') this.#consumers = new RmqConsumers(server);
  }

  get marks(): ReadonlyMap<string, HandlerMark> {
    return this.parts.marksOf();
  }

  /** What logs call it. */
  get name(): string {
    return classNameOf(this.server);
  }

  /** Whether routers send to it, which have to be told first. */
  get isRouted(): boolean {
    return this.isListening && LISTENING.has(this.#transport);
  }

  /** Whether messages may be on their way here that neither are seen nor come back. */
  get losesUnseen(): boolean {
    if (LISTENING.has(this.#transport) || this.connections?.hasStoppedIntake === true) return false;
    return !this.#isAcknowledging;
  }

  /** Once; a strategy may call its callback again. */
  listens(): void {
    if (this.isListening) return;
    this.isListening = true;
    this.connections = this.#connections();
    for (const advice of this.connections?.advice?.() ?? []) this.parts.onAdvice(advice);
    const at = this.#stopsAt;
    if (at !== undefined) void this.parts.guard(`stopping the intake of ${this.name}`, undefined, () => this.#stop(at));
  }

  /** A server that begins to listen later stops at once. */
  async stopAccepting(deadline: Deadline): Promise<void> {
    this.#stopsAt = deadline;
    await this.#stop(deadline);
  }

  /** Gives a message back to its broker, which delivers it to another instance. */
  giveBack(context: object | undefined): void {
    this.connections?.giveBack?.(context);
  }

  async leave(deadline: Deadline, options: LeaveOptions): Promise<void> {
    if (this.isListening) await this.connections?.leave(deadline, options);
  }

  /** What becomes of a message that comes while the service leaves. */
  admit(context: object | undefined, isEvent: boolean): Admission {
    const { connections } = this;
    if (connections?.isReturned?.(context) === true) return 'return';
    // An event has no answer to send; until the close is over, nothing is closed yet that its handler needs.
    if (this.#state === 'closed' || (this.#state === 'closing' && !isEvent)) {
      return this.#isAcknowledging ? 'return' : 'cut';
    }
    return isEvent || connections === undefined ? 'run' : admitRequest(connections, context);
  }

  /** Its own close, which may fail: how it went is for Nest to hear, which closes it too and gets the same promise. */
  readonly close = (): Promise<unknown> => {
    this.isListening = false;
    if (this.#closed === undefined) {
      this.#state = 'closing';
      this.#closed = Promise.resolve().then(this.ownClose);
    }
    return this.#closed;
  };

  /** From now on hooks close what handlers need. */
  closed(): void {
    this.#state = 'closed';
  }

  #connections(): Connections | undefined {
    const transport = this.#transport;
    if (this.#consumers !== undefined) return new RmqReplies(this.server, this.#consumers, this.parts);
    return transport === 'rmq' ? undefined : connectionsOf(transport, this.server, this.parts);
  }

  async #stop(deadline: Deadline): Promise<void> {
    if (!this.isListening || this.connections === undefined) return;
    keepFromListeningAgain(this.server);
    await this.connections.stopAccepting(deadline);
  }

  get #transport(): TransportKind | undefined {
    const read = (): unknown => this.server.transportId;
    return transportKind(this.parts.guard('transportId of a microservice server', undefined, read));
  }

  /**
   * Whether what was not worked on to its end comes back: Kafka's offsets are not committed, RabbitMQ's messages not
   * acknowledged.
   */
  get #isAcknowledging(): boolean {
    const transport = this.#transport;
    return transport === 'kafka' || (transport === 'rmq' && isRmqAcknowledging(this.server));
  }
}

function admitRequest(connections: Connections, context: object | undefined): Admission {
  if (connections.isTooLate(context)) return 'cut';
  return connections.isRefusing ? 'refuse' : 'run';
}
