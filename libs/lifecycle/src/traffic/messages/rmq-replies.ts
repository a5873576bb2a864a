import { type Deadline } from '../../deadline/deadline.js';
import { type RmqChannel, rmqChannelOf, unconfirmedReplies } from '../../internals/nest-transports.js';
import { type Connections, type ConnectionsParts, type LeaveOptions } from './transport-server.js';

/** How often it is looked whether the broker has confirmed the last reply: no event says so. */
const LOOK_MS = 5;
/** How long a broker may take to confirm. */
const CONFIRM_MS = 1000;

/**
 * The channel of Nest's RabbitMQ transport. Its consumers are cancelled when the drain begins: what the broker has not delivered
 * by then stays in the queue, for another instance. It is closed when all replies are confirmed, because closing it earlier
 * rejects what nothing catches.
 */
export class RmqReplies implements Connections {
  readonly isRefusing = false;
  /** The channel whose consumers the broker has said are cancelled. */
  #cancelled: RmqChannel | undefined;
  #hasLeft = false;

  constructor(
    private readonly server: object,
    private readonly parts: ConnectionsParts,
  ) {}

  /** Whether the broker delivers nothing more. After a lost connection it does again, on a new channel. */
  get hasStoppedIntake(): boolean {
    const channel = rmqChannelOf(this.server);
    return channel !== undefined && channel === this.#cancelled && channel.consumers.size === 0;
  }

  async stopAccepting(deadline: Deadline): Promise<void> {
    const channel = rmqChannelOf(this.server);
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
      else if (unconfirmedReplies(this.server) === 0) return;
    } while (!until.isPast);
  }

  terminate(): void {
    const count = unconfirmedReplies(this.server);
    if (count > 0) this.parts.onCut([{ kind: 'message', name: `${count} replies to RabbitMQ`, ageMs: 0 }]);
  }
}
