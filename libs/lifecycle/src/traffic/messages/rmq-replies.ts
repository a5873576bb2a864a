import { type Deadline } from '../../deadline/deadline.js';
import { type Connections, type ConnectionsParts, type LeaveOptions } from './transport-server.js';

/** How often it is looked whether the broker has confirmed the last reply: no event says so. */
const LOOK_MS = 5;
/** How long a broker may take to confirm. */
const CONFIRM_MS = 1000;

/** The part of a channel of amqplib that is used here. */
interface RawChannel {
  readonly consumers: ReadonlyMap<string, unknown>;
  cancel(tag: string): Promise<unknown>;
}

/**
 * The channel of Nest's RabbitMQ transport. Its consumers are cancelled when the drain begins: what the broker has not delivered
 * by then stays in the queue, for another instance. It is closed when all replies are confirmed, because closing it earlier
 * rejects what nothing catches.
 */
export class RmqReplies implements Connections {
  readonly isRefusing = false;
  /** The channel whose consumers the broker has said are cancelled. */
  #cancelled: RawChannel | undefined;
  #hasLeft = false;

  constructor(
    private readonly server: object,
    private readonly parts: ConnectionsParts,
  ) {}

  /** Whether the broker delivers nothing more. After a lost connection it does again, on a new channel. */
  get hasStoppedIntake(): boolean {
    const channel = rawChannelOf(this.server);
    return channel !== undefined && channel === this.#cancelled && channel.consumers.size === 0;
  }

  async stopAccepting(deadline: Deadline): Promise<void> {
    const channel = rawChannelOf(this.server);
    if (channel === undefined) return;
    const tags = [...channel.consumers.keys()];
    // One that fails leaves its consumer there, which `hasStoppedIntake` sees.
    await deadline.settle(Promise.allSettled(tags.map(async (tag) => channel.cancel(tag))));
    this.#cancelled = channel;
  }

  /** Where the broker goes on to deliver, a request that comes when the rest has been answered could not be answered. */
  isTooLate(): boolean {
    return this.#hasLeft && !this.hasStoppedIntake;
  }

  async leave(deadline: Deadline, { running }: LeaveOptions): Promise<void> {
    this.#hasLeft = true;
    let until = deadline.within(CONFIRM_MS);
    do {
      // A reply is on its way to the channel for some turns after its handler has returned.
      await new Promise<void>((resolve) => this.parts.clock.after(LOOK_MS, resolve));
      if ([...running()].length > 0) until = deadline.within(CONFIRM_MS);
      else if (unconfirmedOf(this.server) === 0) return;
    } while (!until.isPast);
  }

  terminate(): void {
    const count = unconfirmedOf(this.server);
    if (count > 0) this.parts.onCut([{ kind: 'message', name: `${count} replies to RabbitMQ`, ageMs: 0 }]);
  }
}

/**
 * How many replies the broker has not confirmed. The channel is private in Nest (read in 11.2.6 and 12.1.1), what it keeps
 * in amqp-connection-manager (read in 5.0.0); where they have gone, none are seen and nothing is waited for.
 */
function unconfirmedOf(server: object): number {
  const channel = channelOf(server);
  if (channel === undefined) return 0;
  return ['_messages', '_unconfirmedMessages'].reduce((sum, name) => {
    const messages: unknown = Reflect.get(channel, name);
    return sum + (Array.isArray(messages) ? messages.length : 0);
  }, 0);
}

/** The channel that Nest consumes on, below the one that it has (private in amqp-connection-manager, read in 5.0.0; amqplib 2.3.1). */
function rawChannelOf(server: object): RawChannel | undefined {
  const channel = channelOf(server);
  const raw: unknown = channel === undefined ? undefined : Reflect.get(channel, '_channel');
  return isRawChannel(raw) ? raw : undefined;
}

function isRawChannel(value: unknown): value is RawChannel {
  return (
    typeof value === 'object' &&
    value !== null &&
    Reflect.get(value, 'consumers') instanceof Map &&
    typeof Reflect.get(value, 'cancel') === 'function'
  );
}

function channelOf(server: object): object | undefined {
  const channel: unknown = Reflect.get(server, 'channel');
  return typeof channel === 'object' && channel !== null ? channel : undefined;
}
