import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { Redis } from 'ioredis';
import { type RehearsalOptions, rehearse, type Verdict } from 'nestjs-lifecycle-rollout';
import { atOnce } from '../support/at-once.js';
import { programFolders } from '../support/repository.js';

const RABBITMQ = process.env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672';
const REDIS = process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379';
const NATS = process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222';

/** Each starts four services; all of them mostly wait. */
const AT_ONCE = 2;

interface Consumer {
  readonly how: 'amqp' | 'nats' | 'bullmq';
  /** What is right and wrong with it, see numbered-consumer.ts. */
  readonly env: Readonly<Record<string, string>>;
  readonly isAsked?: boolean;
}

const CONSUMERS = {
  'RabbitMQ with the module': { how: 'amqp', env: { WITH_MODULE: 'yes' } },
  'BullMQ with the module': { how: 'bullmq', env: { WITH_MODULE: 'yes' } },
  'NATS with the module': { how: 'nats', env: { WITH_MODULE: 'yes', GROUP: 'all', ANSWERS: 'yes' }, isAsked: true },
  'RabbitMQ without a shutdown': { how: 'amqp', env: {} },
  'BullMQ without a shutdown': { how: 'bullmq', env: {} },
  'NATS without a shutdown': { how: 'nats', env: { GROUP: 'all' } },
  'acknowledges first': { how: 'amqp', env: { ACKNOWLEDGES: 'first' } },
  'acknowledges nothing': { how: 'amqp', env: { ACKNOWLEDGES: 'nothing' } },
  'closes first': { how: 'amqp', env: { AT_SIGTERM: 'close first' } },
  'no queue group': { how: 'nats', env: { WITH_MODULE: 'yes' } },
} as const satisfies Record<string, Consumer>;

type Name = keyof typeof CONSUMERS;

interface Played {
  readonly verdict: Verdict;
  readonly queue: string;
}

const played = new Map<string, Played>();

/** A rolling update of two consumers whose handlers take a moment, in the shortest time that still tells good from bad. */
async function play(name: string, { how, env, isAsked = false }: Consumer): Promise<void> {
  const queue = `lifecycle-rehearsed-${randomUUID()}`;
  const sent = { queue, rate: 10, backlog: 8, ...(isAsked ? { reply: true } : { handled: 'did number {n}.' }) };
  const url = { amqp: RABBITMQ, nats: NATS, bullmq: REDIS }[how];
  const options: RehearsalOptions = {
    command: ['node', join(programFolders[12], 'numbered-consumer.js')],
    env: { NO_COLOR: '1', CONSUMES: how, QUEUE: queue, ...env },
    ...{ replicas: 2, maxSurge: 2, maxUnavailable: 0, minReady: '1s', gracePeriod: '15s', pid1: false },
    ...{ readiness: '/ready', warmUp: '1s', coolDown: '500ms', seed: 7, requestTimeout: '4s' },
    ...(how === 'bullmq'
      ? { jobs: { url, name: 'work', ...sent } }
      : { messages: { url, pattern: how === 'nats' ? queue : 'work', ...sent } }),
  };
  played.set(name, { queue, verdict: await rehearse(options) });
}

beforeAll(async () => {
  await atOnce(
    AT_ONCE,
    Object.entries(CONSUMERS).map(
      ([name, consumer]) =>
        () =>
          play(name, consumer),
    ),
  );
}, 600_000);

function playedOf(name: Name): Played {
  const found = played.get(name);
  if (found === undefined) throw new Error(`${name} was not played`);
  return found;
}

/** How often each fate has each cause; nothing of a right service. */
function troublesOf(name: Name): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { fate, cause } of playedOf(name).verdict.messages?.troubled ?? []) {
    const key = `${fate}: ${cause}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describe('a rehearsal of a service with the module', () => {
  it.each(['RabbitMQ with the module', 'BullMQ with the module', 'NATS with the module'] as const)(
    'finds nothing lost and nothing done twice: %s',
    (name) => {
      const { messages, passes } = playedOf(name).verdict;
      expect(troublesOf(name)).toEqual({});
      expect(messages?.byFate.handled).toBe(messages?.sent);
      expect(messages?.sent).toBeGreaterThan(20);
      expect(passes).toBe(true);
    },
  );
});

describe('a rehearsal of a faulty consumer', () => {
  /** A pod had something in its hands whenever it was stopped. What of it had just been done is done twice. */
  it.each(['RabbitMQ without a shutdown', 'BullMQ without a shutdown'] as const)('says what is cut: %s', (name) => {
    const { messages, passes } = playedOf(name).verdict;
    expect(troublesOf(name)).toHaveProperty(['cut: no-signal-handling']);
    expect(messages?.byFate.lost).toBe(0);
    expect(passes).toBe(false);
  });

  it('says that messages of NATS are lost where there is no shutdown', () => {
    expect(troublesOf('NATS without a shutdown')).toHaveProperty(['lost: no-signal-handling']);
    expect(playedOf('NATS without a shutdown').verdict.passes).toBe(false);
  });

  it('says that messages are lost where they are acknowledged first', () => {
    expect(troublesOf('acknowledges first')).toHaveProperty(['lost: acknowledged-early']);
    expect(playedOf('acknowledges first').verdict.passes).toBe(false);
  });

  it('says that messages are lost where none is acknowledged', () => {
    expect(troublesOf('acknowledges nothing')).toHaveProperty(['lost: no-acknowledgement']);
    expect(playedOf('acknowledges nothing').verdict.passes).toBe(false);
  });

  it('says that work is done twice where the connection is closed before it is acknowledged', () => {
    const { messages, passes } = playedOf('closes first').verdict;
    expect(troublesOf('closes first')).toHaveProperty(['handled-twice: done-not-acknowledged']);
    expect(messages?.byFate.lost).toBe(0);
    expect(passes).toBe(false);
  });

  it('says that every pod gets every message where there is no queue group', () => {
    expect(troublesOf('no queue group')).toHaveProperty(['handled-twice: no-queue-group']);
    expect(playedOf('no queue group').verdict.passes).toBe(false);
  });
});

/** What was in the hands of a pod that was killed, too. */
describe('what is left of a rehearsal', () => {
  const played = (how: Consumer['how']): Played[] =>
    Object.entries(CONSUMERS).flatMap(([name, consumer]) => (consumer.how === how ? [playedOf(name as Name)] : []));

  it('is no job in Redis', async () => {
    const redis = new Redis(REDIS);
    try {
      for (const { queue } of played('bullmq')) {
        const keys = await redis.keys(`bull:${queue}:*`);
        expect(keys.filter((key) => key.includes(':rehearsal-'))).toEqual([]);
        await redis.del(...keys);
      }
    } finally {
      await redis.quit();
    }
  });

  it('is no message in RabbitMQ', async () => {
    const connection = await connect(RABBITMQ);
    try {
      const channel = await connection.createChannel();
      for (const { queue } of played('amqp')) {
        expect(await channel.deleteQueue(queue)).toEqual({ messageCount: 0 });
      }
    } finally {
      await connection.close();
    }
  });

  it('is nothing to tell', () => {
    for (const name of Object.keys(CONSUMERS)) {
      expect(playedOf(name as Name).verdict.notes.join('\n')).not.toMatch(/still (in|hold)|Take them away/);
    }
  });
});
