import { systemClock } from '../../deadline/clock.js';
import { deferred } from '../../deadline/deferred.js';
import { createGuard } from '../../errors/foreign-call.js';
import { InFlightWork } from '../../in-flight/in-flight-work.js';
import { FollowedConnection } from './followed-connection.js';
import { RabbitMessages } from './rabbit-messages.js';

interface Message {
  readonly fields: { readonly consumerTag: string };
}

type Consume = (message: Message) => unknown;

/** Gathers batches of two and takes single messages, by the steps that `AmqpConnection` (9.0.2) has for that. */
class Connection {
  readonly acknowledged: Message[] = [];
  readonly handled = deferred();
  isClosed = false;
  readonly #options = new Map([
    ['batches', { queue: 'invoices', batchOptions: { size: 2 } }],
    ['single', { queue: 'orders' }],
  ]);
  #batch: Message[] = [];

  /** What the channel calls with a message. */
  consume(): Consume {
    return this.wrapConsumer((message) => {
      if (message.fields.consumerTag === 'single') return this.handled.promise;
      this.#batch.push(message);
      return this.#batch.length < 2 ? undefined : this.handleBatchedMessages(null, {}, {}, this.#batch.splice(0));
    });
  }

  wrapConsumer(consume: Consume): Consume {
    return consume;
  }

  async handleBatchedMessages(_handler: unknown, _options: object, _channel: object, batch: Message[]): Promise<void> {
    await this.handled.promise;
    if (this.isClosed) throw new Error('the channel is closed');
    this.acknowledged.push(...batch);
  }

  getConsumer(tag: string): object {
    return { channel: {}, msgOptions: this.#options.get(tag) };
  }

  async setupSubscriberChannel(): Promise<void> {}
  async setupBatchSubscriberChannel(): Promise<void> {}
  async setupRpcChannel(): Promise<void> {}
}

const failed = (name: string, error: unknown): never => {
  throw new Error(name, { cause: error });
};

function follow() {
  const inFlight = new InFlightWork();
  const messages = new RabbitMessages(systemClock, inFlight);
  inFlight.addSource(messages);
  const connection = new Connection();
  // As an integration sees every provider.
  const foreign = connection as unknown as Readonly<Record<string, unknown>>;
  const followed = new FollowedConnection(foreign, messages, createGuard(failed));
  const names = (): string[] => inFlight.snapshot(systemClock.now()).items.map(({ name }) => name);
  return { connection, followed, messages, names, consume: connection.consume() };
}

function message(consumerTag: string): Message {
  return { fields: { consumerTag } };
}

describe('a connection of @golevelup/nestjs-rabbitmq', () => {
  it('has each message of a batch in flight, from its delivery until the batch is acknowledged', async () => {
    const { connection, messages, names, consume } = follow();
    void consume(message('batches'));
    expect(names()).toEqual(['invoices']);
    const handling = consume(message('batches'));
    void consume(message('batches'));
    expect(names()).toEqual(['invoices', 'invoices', 'invoices']);
    connection.handled.resolve();
    await handling;
    expect(connection.acknowledged).toHaveLength(2);
    expect({ names: names(), ended: messages.ended }).toEqual({ names: ['invoices'], ended: 2 });
  });

  it('keeps the messages of a batch in flight that cannot be acknowledged', async () => {
    const { connection, names, consume } = follow();
    void consume(message('batches'));
    const handling = consume(message('batches'));
    connection.isClosed = true;
    connection.handled.resolve();
    await expect(handling).rejects.toThrow('the channel is closed');
    expect(names()).toEqual(['invoices', 'invoices']);
  });

  it('has a message of another consumer in flight until its handler has ended', async () => {
    const { connection, names, consume } = follow();
    const handling = consume(message('single'));
    expect(names()).toEqual(['orders']);
    connection.handled.resolve();
    await handling;
    expect(names()).toEqual([]);
  });

  it('has its own methods again when it is not followed any more', () => {
    const { connection, followed } = follow();
    followed.undo();
    const own = Object.getOwnPropertyNames(connection);
    expect(own.toSorted()).toEqual(['acknowledged', 'handled', 'isClosed']);
  });
});
