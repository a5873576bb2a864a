import { type RehearsalOptions, rehearse, type Verdict } from 'nestjs-lifecycle-rollout';
import { KafkaBroker, kafkaBroker } from '../support/kafka-broker.js';
import { itNeeds } from '../support/machine.js';
import { root } from '../support/repository.js';

/** Consumes with kafkajs, one message after the other. `STOPS` says what it does at SIGTERM, and `COMMITS=first` commits before the work. */
const SERVICE = `
const { Kafka } = require('kafkajs');
const { KAFKA_URL, TOPIC, STOPS, COMMITS, PORT } = process.env;
const kafka = new Kafka({ brokers: [new URL(KAFKA_URL).host], logLevel: 0 });
const consumer = kafka.consumer({ groupId: TOPIC, allowAutoTopicCreation: true, maxWaitTimeInMs: 200, sessionTimeout: 6000, heartbeatInterval: 500 });
const work = () => new Promise((resolve) => setTimeout(resolve, 50));
if (STOPS === 'in order') process.once('SIGTERM', () => consumer.disconnect().then(() => process.exit(0)));
(async () => {
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  await consumer.run({
    autoCommit: COMMITS !== 'first',
    autoCommitThreshold: 1,
    eachMessage: async ({ topic, partition, message }) => {
      const offset = String(Number(message.offset) + 1);
      if (COMMITS === 'first') await consumer.commitOffsets([{ topic, partition, offset }]).catch(() => undefined);
      await work();
      console.log('did number ' + JSON.parse(message.value).number + '.');
    },
  });
  require('node:http').createServer((_request, response) => response.end('ok')).listen(PORT);
})();
`;

let broker: KafkaBroker | undefined;
beforeAll(async () => {
  broker = kafkaBroker.isAvailable ? await KafkaBroker.start() : undefined;
});
afterAll(() => broker?.stop());

/** A pod is deleted: an update of all would change the group four times, which takes the mock cluster seconds each. */
async function play(topic: string, env: Readonly<Record<string, string>>): Promise<Verdict> {
  const url = `kafka://${broker?.address}`;
  const options: RehearsalOptions = {
    ...{ command: ['node', '-e', SERVICE], cwd: root, env: { KAFKA_URL: url, TOPIC: topic, ...env } },
    ...{ replicas: 1, maxSurge: 0, maxUnavailable: 1, minReady: '1s', gracePeriod: '15s', pid1: false, seed: 7 },
    ...{ readiness: '/', warmUp: '3s', coolDown: '1s', requestTimeout: '15s' },
    messages: { url, queue: topic, handled: 'did number {n}.', rate: 5, backlog: 8 },
  };
  return rehearse(options);
}

function troublesOf({ messages }: Verdict): string[] {
  return [...new Set(messages?.troubled.map(({ fate, cause }) => `${fate}: ${cause}`))];
}

const MS = 180_000;

describe('a rehearsal of consumers of Kafka', () => {
  const right = async (): Promise<void> => {
    const verdict = await play('in-order', { STOPS: 'in order' });
    expect(troublesOf(verdict).filter((told) => told !== 'handled-twice: repeated-by-rebalance')).toEqual([]);
    expect(verdict.messages?.sent).toBeGreaterThan(20);
    expect(verdict.passes).toBe(true);
  };
  itNeeds(kafkaBroker, 'passes one that leaves its group in order', right, MS);

  const again = async (): Promise<void> => {
    await expect(play('in-order', { STOPS: 'in order' })).rejects.toThrow('holds messages already');
  };
  itNeeds(kafkaBroker, 'refuses a topic that holds messages', again, MS);

  const elsewhere = async (): Promise<void> => {
    const url = `kafka://${broker?.address}`;
    const serves = "require('node:http').createServer((_, response) => response.end()).listen(process.env.PORT)";
    const service = { command: ['node', '-e', serves], cwd: root, replicas: 1, pid1: false };
    const playing = rehearse({ ...service, readiness: '/', messages: { url, queue: 'unread' } });
    await expect(playing).rejects.toThrow(/no pod fetches from kafka:.*kafkajs/);
  };
  itNeeds(kafkaBroker, 'refuses a service of which nothing can be read', elsewhere, MS);

  const cut = async (): Promise<void> => {
    const verdict = await play('not-at-all', {});
    expect(troublesOf(verdict)).toContain('cut: no-signal-handling');
    expect(verdict.messages?.byFate.lost).toBe(0);
    expect(verdict.passes).toBe(false);
  };
  itNeeds(kafkaBroker, 'says what is cut where there is no shutdown', cut, MS);

  const early = async (): Promise<void> => {
    const verdict = await play('commits-first', { COMMITS: 'first' });
    expect(troublesOf(verdict)).toContain('lost: acknowledged-early');
    expect(verdict.passes).toBe(false);
  };
  itNeeds(kafkaBroker, 'says what is lost where offsets are committed before the work', early, MS);
});
