import { mkdtemp, readFile, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../clock/clock.js';
import { Timeline } from '../events/rollout-event.js';
import { MessageLedger } from '../ledger/message-ledger.js';
import { MessageMarks } from '../load/messages/message-text.js';
import { ProcessRuntime } from '../pods/process-runtime.js';
import { Random } from '../random/random.js';
import { resolveScenario } from '../scenario/resolve-scenario.js';
import { BullmqPublisher } from './bullmq-publisher.js';
import { MessageError } from './message-error.js';
import { MessageStage } from './message-stage.js';
import { RabbitmqPublisher } from './rabbitmq-publisher.js';

/** A scenario of a project in that folder, which sends to a broker. */
function scenarioOf(cwd: string, changes: object) {
  return resolveScenario({ command: 'node main.js', cwd, seed: 1, ...changes });
}

function worldOf(changes: object, client: object) {
  const { messages: plan } = scenarioOf('/', changes);
  if (plan === undefined) throw new Error('the scenario has no messages');
  const problems: string[] = [];
  const ledger = new MessageLedger(
    () => 0,
    () => false,
  );
  const world = { plan, ledger, marks: new MessageMarks('0'), load: async () => client };
  return { world: { ...world, onProblem: (problem: string) => void problems.push(problem) }, ledger, problems };
}

const rabbitmq = { messages: { url: 'amqp://127.0.0.1:5672', queue: 'orders' } };

/** A client of RabbitMQ that is told what its queue holds, and what was called. */
function amqplib(queue: { messageCount: number; consumerCount: number }) {
  const called: string[] = [];
  const channel = {
    on: () => undefined,
    checkQueue: async () => queue,
    publish: (...[, , , , confirmed]: [string, string, Buffer, object, (error: unknown) => void]) =>
      confirmed(new Error('the channel is closed')),
    get: async () => void called.push('get'),
    close: async () => undefined,
  };
  const connection = {
    on: () => undefined,
    createChannel: async () => channel,
    createConfirmChannel: async () => channel,
    close: async () => void called.push('close'),
  };
  const connect = async (_url: string, options?: object): Promise<typeof connection> => {
    called.push(`connect ${Object.keys(options ?? {}).join(' ')}`);
    return connection;
  };
  return { client: { connect }, called };
}

describe('a publisher of RabbitMQ', () => {
  it('touches no message of others where the queue is not for the rehearsal alone', async () => {
    const { client, called } = amqplib({ messageCount: 3, consumerCount: 0 });
    const publisher = new RabbitmqPublisher(worldOf(rabbitmq, client).world);
    await expect(publisher.connect()).rejects.toThrow('the queue orders holds 3 messages already');
    await publisher.close();
    // A connection that is not answered ends by itself, too.
    expect(called).toEqual(['connect timeout', 'close']);
  });

  it('says of a message that the broker did not confirm why', async () => {
    const { client } = amqplib({ messageCount: 0, consumerCount: 0 });
    const { world, ledger } = worldOf(rabbitmq, client);
    const publisher = new RabbitmqPublisher(world);
    await publisher.connect();
    await publisher.isReady();
    await publisher.publish(ledger.begin());
    expect(ledger.facts.records).toMatchObject([{ acceptedAt: undefined, refusal: 'the channel is closed' }]);
  });
});

describe('a publisher of BullMQ', () => {
  it('has its connections try no more once it could not connect', async () => {
    let retry: (() => number | null) | undefined;
    class Unreachable {
      constructor(_name: string, { connection }: { connection: { retryStrategy: () => number | null } }) {
        retry = connection.retryStrategy;
      }
      on(): void {
        // It says nothing.
      }
      async waitUntilReady(): Promise<never> {
        expect(retry?.()).toBeGreaterThan(0);
        throw new Error('connect ECONNREFUSED');
      }
      async close(): Promise<void> {
        // There is nothing to close.
      }
    }
    const client = { Queue: Unreachable, QueueEvents: Unreachable };
    const publisher = new BullmqPublisher(
      worldOf({ jobs: { url: 'redis://127.0.0.1:1', queue: 'mails' } }, client).world,
    );
    await expect(publisher.connect()).rejects.toThrow(/Redis cannot be used at .+ connect ECONNREFUSED/);
    expect(retry?.()).toBeNull();
  });
});

describe('the messages of a rehearsal', () => {
  it('leave no connection behind where the queue is not for the rehearsal alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'messages-'));
    const project = join(folder, 'node_modules', 'amqplib');
    await mkdir(project, { recursive: true });
    const source = `
      const channel = { on() {}, checkQueue: async () => ({ messageCount: 0, consumerCount: 2 }), close: async () => {} };
      const close = async () => require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'closed'))}, 'yes');
      exports.connect = async () => ({ on() {}, createChannel: async () => channel, close });`;
    await writeFile(join(project, 'index.js'), source);
    const scenario = scenarioOf(folder, rabbitmq);
    const { messages: plan } = scenario;
    if (plan === undefined) throw new Error('the scenario has no messages');
    const opened = MessageStage.open({
      ...{ scenario, plan, clock: systemClock, random: new Random(1), timeline: new Timeline(() => 0) },
      runtime: new ProcessRuntime(() => undefined),
    });
    await expect(opened).rejects.toThrow(MessageError);
    expect(await readFile(join(folder, 'closed'), 'utf8')).toBe('yes');
  });
});
