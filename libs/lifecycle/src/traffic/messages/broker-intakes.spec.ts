import { EventEmitter } from 'node:events';
import { ManualClock } from '../../../../../test/support/manual-clock.js';
import { Deadline } from '../../deadline/deadline.js';
import { createGuard } from '../../errors/foreign-call.js';
import { KafkaConsumerIntake } from './kafka-consumer.js';
import { MqttSubscriptions } from './mqtt-subscriptions.js';
import { NatsSubscriptions } from './nats-subscriptions.js';
import { RedisSubscriptions } from './redis-subscriptions.js';
import { type ConnectionsParts } from './transport-server.js';

/** A server as Nest's are: handlers, `send()`, and the client that it gives out. */
class FakeServer {
  options: Record<string, unknown> = {};

  constructor(
    private readonly client: unknown,
    private readonly handlers = new Map<unknown, unknown>([
      ['orders.placed', { isEventHandler: true }],
      ['orders.find', { isEventHandler: false }],
    ]),
  ) {}

  unwrap(): unknown {
    return this.client;
  }

  getHandlers(): unknown {
    return this.handlers;
  }

  getRequestPattern(pattern: string): string {
    return `${pattern}.requests`;
  }

  /** As Nest's: each answer is published, the last one says so. */
  send(answers: readonly unknown[], respond: (packet: unknown) => unknown): void {
    for (const [index, response] of answers.entries()) respond({ response, isDisposed: index === answers.length - 1 });
  }
}

const clock = new ManualClock();
let cut: string[];
let failed: string[];
let parts: ConnectionsParts;

const soon = (): Deadline => new Deadline(clock, clock.now() + 10_000);

beforeEach(() => {
  cut = [];
  failed = [];
  parts = {
    clock,
    guard: createGuard((name) => failed.push(name)),
    onCut: (items) => cut.push(...items.map(({ name }) => name)),
    workMs: 25_000,
    onAdvice: () => undefined,
  };
});

/** Whether a step is over, after as much time as given. */
async function isOver(step: Promise<unknown>, afterMs = 0): Promise<boolean> {
  let over = false;
  void step.then(() => (over = true));
  await clock.advance(afterMs);
  await new Promise((resolve) => setImmediate(resolve));
  return over;
}

describe('the Redis server', () => {
  function create(answer: () => Promise<unknown>): {
    redis: RedisSubscriptions;
    server: FakeServer;
    calls: unknown[];
    client: EventEmitter;
  } {
    const calls: unknown[] = [];
    const subscribe =
      (name: string) =>
      (...channels: string[]) => {
        calls.push([name, ...channels]);
        return answer();
      };
    const client = Object.assign(new EventEmitter(), {
      unsubscribe: subscribe('unsubscribe'),
      punsubscribe: subscribe('punsubscribe'),
    });
    const server = new FakeServer([{}, client]);
    return { redis: new RedisSubscriptions(server, parts), server, calls, client };
  }

  it('unsubscribes from what Nest has subscribed to, and has stopped when Redis has confirmed', async () => {
    const { redis, calls } = create(() => Promise.resolve(0));
    expect(redis.hasStoppedIntake).toBe(false);
    await redis.stopAccepting(soon());
    expect(calls).toEqual([['unsubscribe', 'orders.placed', 'orders.find.requests']]);
    expect(redis.hasStoppedIntake).toBe(true);
  });

  it('unsubscribes from patterns where the server has wildcards', async () => {
    const { redis, calls, server } = create(() => Promise.resolve(0));
    server.options = { wildcards: true };
    await redis.stopAccepting(soon());
    expect(calls).toEqual([['punsubscribe', 'orders.placed', 'orders.find.requests']]);
  });

  it('waits a second for Redis, and has not stopped', async () => {
    const { redis } = create(() => new Promise(() => undefined));
    const stopped = redis.stopAccepting(soon());
    expect(await isOver(stopped, 999)).toBe(false);
    expect(await isOver(stopped, 1)).toBe(true);
    expect(redis.hasStoppedIntake).toBe(false);
  });

  it('tries again on the next connection when it failed', async () => {
    let isConnected = false;
    const { redis, calls, client } = create(() =>
      isConnected ? Promise.resolve(0) : Promise.reject(new Error('lost')),
    );
    await redis.stopAccepting(soon());
    expect(redis.hasStoppedIntake).toBe(false);
    isConnected = true;
    client.emit('ready');
    await clock.advance(0);
    expect(redis.hasStoppedIntake).toBe(true);
    expect(calls).toHaveLength(2);
    expect(failed).toEqual(['unsubscribe() of a Redis client']);
  });

  it('waits for replies that are on their way, and names those that do not leave', async () => {
    const { redis, server } = create(() => Promise.resolve(0));
    let published: () => void = () => undefined;
    server.send(['1'], () => new Promise<void>((resolve) => (published = resolve)));
    server.send(['2'], () => new Promise(() => undefined));
    const left = redis.leave(soon());
    expect(await isOver(left, 500)).toBe(false);
    published();
    expect(await isOver(left, 600)).toBe(true);
    redis.terminate();
    expect(cut).toEqual(['1 replies to Redis']);
  });

  it('counts a reply that fails, or is thrown, as over', async () => {
    const { redis, server } = create(() => Promise.resolve(0));
    server.send(['1'], () => Promise.reject(new Error('closed')));
    const throws = (): never => {
      throw new Error('closed');
    };
    expect(() => server.send(['2'], throws)).toThrow('closed');
    expect(await isOver(redis.leave(soon()), 5)).toBe(true);
    redis.terminate();
    expect(cut).toEqual([]);
  });
});

describe('the NATS server', () => {
  class Subscription {
    isDone = false;
    constructor(private readonly answer: Promise<unknown> = Promise.resolve()) {}

    async drain(): Promise<void> {
      await this.answer;
      this.isDone = true;
    }

    isClosed(): boolean {
      return this.isDone;
    }
  }

  function create(subscriptions: readonly Subscription[], flush: () => Promise<unknown> = () => Promise.resolve()) {
    const server = Object.assign(new FakeServer({ flush, isClosed: () => false }), {
      subscriptions,
      waitForGracePeriod: () => new Promise(() => undefined),
    });
    return { nats: new NatsSubscriptions(server, parts), server };
  }

  it('drains its subscriptions, and does not wait for the grace period when they are closed', async () => {
    const { nats, server } = create([new Subscription(), new Subscription()]);
    expect(nats.hasStoppedIntake).toBe(false);
    await nats.stopAccepting(soon());
    expect(nats.hasStoppedIntake).toBe(true);
    await nats.leave(soon());
    nats.terminate();
    await expect(server.waitForGracePeriod()).resolves.toBeUndefined();
    expect(cut).toEqual([]);
  });

  it('keeps the grace period where a subscription is still open after a second', async () => {
    const { nats, server } = create([new Subscription(), new Subscription(new Promise(() => undefined))]);
    const { waitForGracePeriod } = server;
    const stopped = nats.stopAccepting(soon());
    expect(await isOver(stopped, 999)).toBe(false);
    expect(await isOver(stopped, 1)).toBe(true);
    expect(nats.hasStoppedIntake).toBe(false);
    nats.terminate();
    expect(server.waitForGracePeriod).toBe(waitForGracePeriod);
  });

  it('names replies that the server may not have got', async () => {
    const { nats, server } = create([], () => new Promise(() => undefined));
    server.send(['before'], () => true);
    await nats.stopAccepting(soon());
    server.send(['1'], () => true);
    server.send(['2'], () => true);
    const left = nats.leave(soon());
    expect(await isOver(left, 1000)).toBe(true);
    nats.terminate();
    expect(cut).toEqual(['2 replies to NATS']);
  });
});

describe('the Kafka server', () => {
  function create(options: Record<string, unknown>, handlers?: Map<unknown, unknown>) {
    const calls: unknown[] = [];
    let ended: () => void = () => undefined;
    const consumer = {
      stop: () => {
        calls.push('stop');
        return new Promise<void>((resolve) => (ended = resolve));
      },
      pause: (topics: unknown) => calls.push(topics),
    };
    const server = new FakeServer([{}, consumer, {}], handlers ?? new Map([['orders', { isEventHandler: true }]]));
    server.options = options;
    return { kafka: new KafkaConsumerIntake(server, parts), calls, end: () => ended() };
  }

  it('stops its consumer without waiting for what runs, which the drain does', async () => {
    const { kafka, calls, end } = create({});
    await kafka.stopAccepting();
    expect(calls).toEqual(['stop']);
    const left = kafka.leave(soon());
    expect(await isOver(left, 5000)).toBe(false);
    expect(kafka.hasStoppedIntake).toBe(false);
    end();
    expect(await isOver(left)).toBe(true);
    expect(kafka.hasStoppedIntake).toBe(true);
    expect(calls).toEqual(['stop']);
  });

  it('pauses one whose handlers commit by themselves, and stops it when nothing runs', async () => {
    const { kafka, calls, end } = create({ run: { autoCommit: false } });
    await kafka.stopAccepting();
    expect(calls).toEqual([[{ topic: 'orders' }]]);
    const left = kafka.leave(soon());
    end();
    expect(await isOver(left)).toBe(true);
    expect(calls).toEqual([[{ topic: 'orders' }], 'stop']);
  });

  it('stops one that takes topics by a regular expression, which cannot be paused', async () => {
    const { kafka, calls } = create({ run: { autoCommit: false } }, new Map([[/orders/, { isEventHandler: true }]]));
    await kafka.stopAccepting();
    expect(calls).toEqual(['stop']);
  });

  it.each([
    [undefined, 0],
    [{ sessionTimeout: 25_000 }, 0],
    [{ sessionTimeout: 24_000 }, 1],
  ])('with consumer: %j says %i times that handlers may take longer than the session', (consumer, count) => {
    const { kafka } = create({ consumer });
    expect(kafka.advice()).toHaveLength(count);
  });
});

describe('the MQTT server', () => {
  class Client extends EventEmitter {
    readonly unsubscribed: string[][] = [];
    readonly acknowledged: unknown[] = [];
    outgoing: Record<string, unknown> = {};
    queue: unknown[] = [];
    connected = true;
    pings = 0;

    constructor(readonly options: Record<string, unknown>) {
      super();
    }

    handleMessage(packet: unknown, callback: (error?: Error) => void): void {
      this.acknowledged.push(packet);
      callback();
    }

    unsubscribe(topics: string[], callback: () => void): void {
      this.unsubscribed.push(topics);
      callback();
    }

    sendPing(): void {
      this.pings += 1;
    }

    receive(packet: object): void {
      this.emit('packetreceive', packet);
    }
  }

  function create(options: Record<string, unknown>, serverOptions: Record<string, unknown> = {}) {
    const client = new Client(options);
    const server = new FakeServer(client, new Map([['orders/placed', { isEventHandler: true }]]));
    server.options = serverOptions;
    return { mqtt: new MqttSubscriptions(server, parts), client };
  }

  const KEPT = [{ clean: false }, { subscribeOptions: { qos: 1 } }] as const;

  it('has stopped when the broker has answered a ping without a message in between', async () => {
    const { mqtt, client } = create({});
    const stopped = mqtt.stopAccepting(soon());
    await clock.advance(0);
    expect(client.unsubscribed).toEqual([['orders/placed']]);
    client.receive({ cmd: 'publish', qos: 0 });
    client.receive({ cmd: 'pingresp' });
    expect(await isOver(stopped)).toBe(false);
    expect(client.pings).toBe(2);
    client.receive({ cmd: 'pingresp' });
    expect(await isOver(stopped)).toBe(true);
    expect(mqtt.hasStoppedIntake).toBe(true);
  });

  it('stays subscribed to what the broker keeps, and neither handles nor acknowledges it', async () => {
    const { mqtt, client } = create(...KEPT);
    const stopped = mqtt.stopAccepting(soon());
    await clock.advance(0);
    client.receive({ cmd: 'publish', qos: 1 });
    client.receive({ cmd: 'pingresp' });
    expect(await isOver(stopped)).toBe(true);
    expect(mqtt.hasStoppedIntake).toBe(true);
    expect(client.unsubscribed).toEqual([]);
    const [kept, exact] = [{ qos: 1 }, { qos: 2 }];
    const errors: unknown[] = [];
    for (const packet of [kept, exact]) client.handleMessage(packet, (error) => errors.push(error));
    expect(client.acknowledged).toEqual([exact]);
    expect(errors).toEqual([expect.any(Error), undefined]);
    expect(mqtt.isReturned({ getPacket: () => kept })).toBe(true);
    expect(mqtt.isReturned({ getPacket: () => exact })).toBe(false);
  });

  it('waits for what is not acknowledged yet, and for the end of the client', async () => {
    const { mqtt, client } = create({});
    client.outgoing = { 1: {} };
    const left = mqtt.leave(soon());
    expect(await isOver(left, 500)).toBe(false);
    client.outgoing = {};
    expect(await isOver(left, 5)).toBe(true);
    mqtt.terminate();
    const closed = mqtt.closed(soon());
    expect(await isOver(closed, 500)).toBe(false);
    client.emit('end');
    expect(await isOver(closed)).toBe(true);
    expect(cut).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, unknown[], string[]]>([
    ['an UNSUBSCRIBE', { 1: { volatile: true } }, [{ packet: { cmd: 'unsubscribe' } }], []],
    ['an acknowledgement of what came', {}, [{ packet: { cmd: 'puback' } }], []],
    ['a reply of QoS 0', {}, [{ packet: { cmd: 'publish' } }], ['replies to MQTT that it may not have got']],
    ['a reply of QoS 1', { 1: { volatile: false } }, [], ['replies to MQTT that it may not have got']],
    ['half a reply of QoS 2', {}, [{ packet: { cmd: 'pubrel' } }], ['replies to MQTT that it may not have got']],
  ])('cuts a reply and nothing else where the broker is gone: %s', async (_what, outgoing, queue, names) => {
    const { mqtt, client } = create({});
    Object.assign(client, { outgoing, queue });
    const left = mqtt.leave(soon());
    expect(await isOver(left)).toBe(names.length === 0);
    expect(await isOver(left, 1000)).toBe(true);
    mqtt.terminate();
    expect(cut).toEqual(names);
  });

  it.each([
    [{}, {}, 'log', 'keeps no event'],
    [{}, { subscribeOptions: { qos: 1 } }, 'warn', 'Type clean: false'],
    [{ clean: false }, {}, 'warn', 'Type subscribeOptions: { qos: 1 }'],
    [{ clean: false }, { subscribeOptions: { qos: 2 } }, 'warn', 'Type subscribeOptions: { qos: 1 }'],
    [{ clean: false, protocolVersion: 5 }, { subscribeOptions: { qos: 1 } }, 'warn', 'sessionExpiryInterval'],
  ])('with %j and %j says at boot what is lost', (options, serverOptions, level, text) => {
    const { mqtt } = create(options, serverOptions);
    const [advice, ...more] = mqtt.advice();
    expect(advice?.level).toBe(level);
    expect(advice?.text).toContain(text);
    expect(more).toEqual([]);
  });

  it('says nothing of a session that is kept as it should be', () => {
    expect(create(...KEPT).mqtt.advice()).toEqual([]);
  });
});
