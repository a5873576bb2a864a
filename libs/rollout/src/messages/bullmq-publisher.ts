import { type LeftMessages } from '../ledger/message-record.js';
import { dataOf, textOf } from '../load/messages/message-text.js';
import { loadFirst } from './load-client.js';
import { MessageError } from './message-error.js';
import { type Publisher, type PublisherWorld } from './publisher.js';
import { shownUrl, textOfError, within } from './within.js';

interface RedisClient {
  del(key: string): Promise<unknown>;
}

/** What is used of `bullmq`, in every version from 3 on. */
interface Queue {
  readonly client: Promise<RedisClient>;
  on(event: 'error', listener: (error: unknown) => void): void;
  waitUntilReady(): Promise<unknown>;
  getJobCounts(...states: string[]): Promise<Readonly<Record<string, number>>>;
  getWorkers(): Promise<readonly unknown[]>;
  add(name: string, data: unknown, options: object): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  close(): Promise<void>;
}

interface EventOfJob {
  readonly jobId: string;
  readonly prev?: string;
  readonly failedReason?: string;
}

interface QueueEvents {
  on(event: string, listener: (event: EventOfJob) => void): void;
  on(event: 'error', listener: (error: unknown) => void): void;
  waitUntilReady(): Promise<unknown>;
  close(): Promise<void>;
}

interface Bullmq {
  readonly Queue: new (name: string, options: object) => Queue;
  readonly QueueEvents: new (name: string, options: object) => QueueEvents;
}

const WAITING = ['waiting', 'prioritized', 'delayed', 'paused', 'waiting-children'];
/** So many jobs are taken away at a time. */
const AT_ONCE = 50;

/** Adds jobs to a queue of BullMQ, and reads the events of that queue: how each job ends. */
export class BullmqPublisher implements Publisher {
  #queue: Queue | undefined;
  #events: QueueEvents | undefined;

  constructor(private readonly world: PublisherWorld) {}

  async connect(): Promise<void> {
    const { plan, load } = this.world;
    const { Queue, QueueEvents } = classesOf(await loadFirst(['bullmq'], load));
    const connection = connectionOf(plan.url);
    let lastError: string | undefined;
    const remember = (error: unknown): void => {
      lastError = textOfError(error);
    };
    this.#queue = new Queue(plan.queue, { connection, prefix: plan.prefix });
    this.#queue.on('error', remember);
    // From the beginning of the stream: events of other runs are about other jobs.
    this.#events = new QueueEvents(plan.queue, { connection, prefix: plan.prefix, lastEventId: '0-0' });
    this.#events.on('error', remember);
    this.#read(this.#events);
    try {
      await within(Promise.all([this.#queue.waitUntilReady(), this.#events.waitUntilReady()]), 'Redis');
      await this.#failWhereShared(this.#queue);
    } catch (error) {
      await this.#disconnect();
      if (error instanceof MessageError && lastError === undefined) throw error;
      const why = lastError ?? textOfError(error);
      throw new MessageError(`Redis cannot be used at ${shownUrl(plan.url)}: ${why}. Start it, or correct the address`);
    }
  }

  isReady(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async publish(number: number): Promise<void> {
    const { plan, ledger, marks } = this.world;
    const jobId = marks.markOf(number);
    try {
      if (this.#queue === undefined) throw new Error('there is no queue');
      const data = dataOf(textOf(plan, number, jobId));
      await within(this.#queue.add(plan.jobName, data, { jobId, attempts: plan.jobAttempts }), 'Redis');
      ledger.accepted(number);
    } catch (error) {
      ledger.notAccepted(number, textOfError(error));
    }
  }

  async left(): Promise<LeftMessages> {
    return { waiting: this.#queue === undefined ? undefined : await countOf(this.#queue, WAITING) };
  }

  async close(): Promise<void> {
    try {
      if (this.#queue !== undefined) await within(this.#cleanUp(this.#queue), 'Redis', 20_000);
    } catch (error) {
      this.world.onProblem(`The queue may still hold jobs of this rehearsal: ${textOfError(error)}`);
    } finally {
      await this.#disconnect();
    }
  }

  /** The lock of a worker that was killed outlives it. */
  async #cleanUp(queue: Queue): Promise<void> {
    const { ledger, marks, plan } = this.world;
    const client = await queue.client;
    const ids = Array.from({ length: ledger.sent }, (_none, index) => marks.markOf(index + 1));
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = ids.slice(at, at + AT_ONCE);
      await Promise.all(some.map((id) => client.del(`${plan.prefix}:${plan.queue}:${id}:lock`)));
      await Promise.all(some.map((id) => queue.remove(id)));
    }
  }

  async #disconnect(): Promise<void> {
    const end = async (): Promise<void> => {
      await this.#events?.close();
      await this.#queue?.close();
    };
    // What it did has been told; a connection that does not end is cut with this process.
    await within(end(), 'Redis').catch(() => undefined);
  }

  async #failWhereShared(queue: Queue): Promise<void> {
    const { queue: name } = this.world.plan;
    const waiting = await countOf(queue, [...WAITING, 'active']);
    if (waiting > 0) {
      throw new MessageError(
        `the queue ${name} holds ${waiting} jobs already, and pods that are stopped would get them: empty it, or rehearse with another queue or Redis`,
      );
    }
    const workers = await queue.getWorkers();
    if (workers.length === 0) return;
    throw new MessageError(
      `the queue ${name} has ${workers.length} workers already, which would take jobs of the rehearsal: stop them, or rehearse with another queue or Redis`,
    );
  }

  #read(events: QueueEvents): void {
    const { ledger, marks, plan } = this.world;
    const about = (event: string, tell: (number: number, event: EventOfJob) => void): void =>
      events.on(event, (found: EventOfJob) => {
        const number = marks.numberOf(found.jobId);
        if (number !== undefined) tell(number, found);
      });
    about('completed', (number) => {
      ledger.settleLast(number, 'acknowledged');
      if (plan.handledLine === undefined) ledger.done(number, ledger.lastPodOf(number));
    });
    about('failed', (number, { failedReason = '' }) => {
      ledger.settleLast(number, 'refused');
      ledger.failed(number, ledger.lastPodOf(number), failedReason);
    });
    about('stalled', (number) => ledger.stalled(number));
    // Tried again: its handler has failed, or its worker has given it back.
    for (const event of ['waiting', 'delayed']) {
      about(event, (number, { prev }) => {
        if (event === 'delayed' || prev === 'active') ledger.returnFirst(number);
      });
    }
  }
}

async function countOf(queue: Queue, states: readonly string[]): Promise<number> {
  const counts = await queue.getJobCounts(...states);
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function classesOf(module: Readonly<Record<string, unknown>>): Bullmq {
  if (typeof module['Queue'] === 'function' && typeof module['QueueEvents'] === 'function') {
    // The types of the package are not at hand where it is not installed.
    return module as unknown as Bullmq;
  }
  throw new MessageError('this bullmq has no Queue and QueueEvents: npm install bullmq@latest');
}

/** As ioredis takes it. */
function connectionOf(text: string): object {
  const url = new URL(text);
  const db = Number(url.pathname.slice(1) || 0);
  return {
    host: url.hostname.replaceAll(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
    ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
    ...(Number.isInteger(db) && db > 0 && { db }),
    maxRetriesPerRequest: null,
  };
}
