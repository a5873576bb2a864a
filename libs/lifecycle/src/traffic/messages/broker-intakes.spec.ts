import { EventEmitter } from 'node:events';
import {
  beginIntake,
  clock,
  cut,
  failed,
  FakeServer,
  isOver,
  parts,
  soon,
} from '../../../../../test/support/intake-parts.js';
import { KafkaConsumerIntake } from './kafka-consumer.js';
import { NatsSubscriptions } from './nats-subscriptions.js';
import { RedisSubscriptions } from './redis-subscriptions.js';

beforeEach(beginIntake);

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

  it('does not wait for a reply that fails, or is thrown, and names those since the stop', async () => {
    const { redis, server } = create(() => Promise.resolve(0));
    const rejects = (): Promise<never> => Promise.reject(new Error('closed'));
    const throws = (): never => {
      throw new Error('closed');
    };
    server.send(['0'], rejects);
    await clock.advance(0);
    await redis.stopAccepting(soon());
    server.send(['1'], rejects);
    expect(() => server.send(['2'], throws)).toThrow('closed');
    expect(await isOver(redis.leave(soon()), 5)).toBe(true);
    redis.terminate();
    expect(cut).toEqual(['2 replies to Redis']);
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

  const pongs = () => Promise.resolve();
  const lost = () => Promise.reject(new Error('connection disconnected'));
  const never = () => new Promise(() => undefined);

  /** Each flush ends as the next of `flushes` does, and what comes after them as the last one. */
  function create(
    subscriptions: readonly Subscription[],
    {
      flushes = [pongs],
      states = [],
    }: { flushes?: (() => Promise<unknown>)[]; states?: AsyncIterable<unknown> | unknown[] } = {},
  ) {
    const [last] = flushes.slice(-1);
    const flush = () => (flushes.length > 1 ? flushes.shift() : last)?.();
    const server = Object.assign(new FakeServer({ flush, isClosed: () => false, status: () => states }), {
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
    const { nats, server } = create([], { flushes: [pongs, never] });
    server.send(['before'], () => true);
    await nats.stopAccepting(soon());
    server.send(['1'], () => true);
    server.send(['2'], () => true);
    const left = nats.leave(soon());
    expect(await isOver(left, 1000)).toBe(true);
    nats.terminate();
    expect(cut).toEqual(['2 replies to NATS']);
  });

  it('names replies that could not be sent', async () => {
    const { nats, server } = create([]);
    await nats.stopAccepting(soon());
    const throws = (): never => {
      throw new Error('closed');
    };
    expect(() => server.send(['1'], throws)).toThrow('closed');
    await nats.leave(soon());
    nats.terminate();
    expect(cut).toEqual(['1 replies to NATS']);
  });

  it.each([
    ['is gone from the signal on', { flushes: [lost] }],
    ['was lost for a while', { flushes: [never, pongs], states: [{ type: 'disconnect' }, { type: 'reconnect' }] }],
  ])('cannot tell which replies have arrived where its connection %s', async (_what, options) => {
    const { nats, server } = create([], options);
    server.send(['before'], () => true);
    await nats.stopAccepting(soon());
    await nats.leave(soon());
    nats.terminate();
    expect(cut).toEqual(['replies to NATS that it may not have got']);
  });

  it('has lost no reply with a connection that has had none', async () => {
    const { nats } = create([], { flushes: [lost], states: [{ type: 'disconnect' }] });
    await nats.stopAccepting(soon());
    await nats.leave(soon());
    nats.terminate();
    expect(cut).toEqual([]);
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
