import { type Deadline } from '../../deadline/deadline.js';
import { isRmqAcknowledging, rmqChannelOf, unconfirmedReplies } from '../../internals/nest-rmq.js';
import { type BrokerAdvice } from './broker-advice.js';
import { adviseOnRmq } from './rmq-advice.js';
import { type RmqConsumers } from './rmq-consumers.js';
import { type Connections, type ConnectionsParts, type LeaveOptions } from './transport-server.js';

/** How often unconfirmed replies are counted: there is no event for a confirmation. */
const LOOK_MS = 5;

/**
 * The channel of Nest's RabbitMQ transport. Its consumers are cancelled at the signal: what the broker has not delivered by then
 * stays in the queue, for another instance. What it delivers later is given back where it waits for acknowledgements. The channel
 * is closed when all replies are confirmed: closing it earlier would reject promises that no code handles.
 */
export class RmqReplies implements Connections {
  readonly isRefusing = false;
  #hasLeft = false;
  readonly #givenBack = new WeakSet<object>();

  constructor(
    private readonly server: object,
    private readonly consumers: RmqConsumers,
    private readonly parts: ConnectionsParts,
  ) {}

  get hasStoppedIntake(): boolean {
    return this.consumers.hasStopped;
  }

  isReturned(): boolean {
    return this.consumers.isStopped && isRmqAcknowledging(this.server);
  }

  async stopAccepting(deadline: Deadline): Promise<void> {
    await this.consumers.stop(deadline);
  }

  giveBack(context: object | undefined): void {
    this.parts.guard('nack() of a RabbitMQ message', undefined, () => this.#requeue(context));
  }

  advice(): BrokerAdvice[] {
    return this.parts.guard('reading the options of RabbitMQ', [], () => adviseOnRmq(this.server));
  }

  /** Where the broker goes on to deliver, a request that comes when the rest has been answered could not be answered. */
  isTooLate(): boolean {
    return this.#hasLeft && !this.hasStoppedIntake;
  }

  async leave(deadline: Deadline, { running }: LeaveOptions): Promise<void> {
    this.#hasLeft = true;
    do {
      // A reply is on its way to the channel for some turns after its handler has returned.
      await new Promise<void>((resolve) => this.parts.clock.after(LOOK_MS, resolve));
      if ([...running()].length === 0 && unconfirmedReplies(this.server).length === 0) return;
    } while (!deadline.isPast);
  }

  terminate(): void {
    const replies = unconfirmedReplies(this.server);
    if (replies.length === 0) return;
    this.parts.onCut([{ kind: 'message', name: `${replies.length} replies to RabbitMQ`, ageMs: 0 }]);
    // They are named. Nest handles no rejection of them, so the close of the channel would end the process.
    for (const reply of replies) reply.reject = () => undefined;
  }

  /**
   * To its place in the queue, as far as that is possible (https://www.rabbitmq.com/docs/confirms#consumer-nacks-requeue). Where its
   * channel is closed, the broker has it back already; twice would be an error of the channel.
   */
  #requeue(context: object | undefined): void {
    if (context === undefined || this.#givenBack.has(context)) return;
    this.#givenBack.add(context);
    const channel = answerOf(context, 'getChannelRef');
    const current = rmqChannelOf(this.server);
    if (current === undefined || channel !== current) return;
    const nack: unknown = Reflect.get(current, 'nack');
    if (typeof nack === 'function') Reflect.apply(nack, channel, [answerOf(context, 'getMessage'), false, true]);
  }
}

/** What a method of `RmqContext` of Nest 11 and 12 answers. */
function answerOf(context: object, name: string): unknown {
  const method: unknown = Reflect.get(context, name);
  return typeof method === 'function' ? Reflect.apply(method, context, []) : undefined;
}
