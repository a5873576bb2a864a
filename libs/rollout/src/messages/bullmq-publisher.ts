import { type LeftMessages } from '../ledger/message-record.js';
import { dataOf, textOf } from '../load/messages/message-text.js';
import { loadFirst } from './load-client.js';
import { MessageError } from './message-error.js';
import { type Publisher, type PublisherWorld } from './publisher.js';
import { brokerError, textOfError, within } from './within.js';

interface RedisClient {
  del(key: string): Promise<unknown>;
}

/** What is used of `bullmq`, in every version from 3 on. */
interface Queue {
  /** Until version 5. */
  readonly client?: Promise<RedisClient>;
  /** From version 6 on. */
  readonly backend?: { readonly client?: Promise<RedisClient> };
  on(event: 'error', listener: (error: unknown) => void): void;
  waitUntilReady(): Promise<unknown>;
  getJobCounts(...states: string[]): Promise<Readonly<Record<string, number>>>;
  getWorkers(): Promise<readonly unknown[]>;
  add(name: string, data: unknown, options: object): Promise<unknown>;
  /** 0 where a worker has it locked. */
  remove(id: string): Promise<number>;
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
const AT_ONCE = 100;
/** What may still be on its way from a pod that was killed is met by another look. */
const LOOKS = 3;
/** So long the jobs may take to be taken away: a fixed time, and more for each. */
const CLEAN_UP_MS = 20_000;
const CLEAN_UP_MS_EACH = 10;
const RETRY_MS = 1000;
/** Longer than a read of the events waits for the next one, which is 10 s in BullMQ. */
const SILENT_MS = 15_000;

/** Adds jobs to a queue of BullMQ, and reads the events of that queue: how each job ends. */
export class BullmqPublisher implements Publisher {
  #queue: Queue | undefined;
  #events: QueueEvents | undefined;
  #isClosing = false;

  constructor(private readonly world: PublisherWorld) {}

  async connect(): Promise<void> {
    const { plan, load } = this.world;
    const { Queue, QueueEvents } = classesOf(await loadFirst(['bullmq'], load));
    // Without an end of the attempts, a connection that was never open cannot be closed, and keeps the process alive.
    const retryStrategy = (): number | null => (this.#isClosing ? null : RETRY_MS);
    const connection = { ...connectionOf(plan.url), retryStrategy };
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
      await within(this.#failWhereShared(this.#queue), 'Redis');
    } catch (error) {
      await this.#disconnect();
      if (error instanceof MessageError && lastError === undefined) throw error;
      const why = lastError ?? textOfError(error);
      throw brokerError('Redis cannot be used', plan.url, why);
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
    if (this.#queue === undefined) return { waiting: undefined };
    return { waiting: await within(countOf(this.#queue, WAITING), 'Redis') };
  }

  async close(): Promise<void> {
    const { ledger, marks, onProblem, plan } = this.world;
    const left = new Set(Array.from({ length: ledger.sent }, (_none, index) => marks.markOf(index + 1)));
    try {
      const boundMs = CLEAN_UP_MS + left.size * CLEAN_UP_MS_EACH;
      if (this.#queue !== undefined) await within(this.#cleanUp(this.#queue, left), 'Redis', boundMs);
      if (left.size > 0) throw new Error('a worker holds them');
    } catch (error) {
      onProblem(
        `${left.size} jobs of this rehearsal are still in the queue ${plan.queue}, with ids as ${[...left][0] ?? marks.markOf(1)}: ${textOfError(error)}. Remove them before another worker takes them`,
      );
    } finally {
      await this.#disconnect();
    }
  }

  /** Takes away what is `left`, and what it has taken away from there. The lock of a worker that was killed outlives it, and keeps its job. */
  async #cleanUp(queue: Queue, left: Set<string>): Promise<void> {
    const { plan } = this.world;
    const client = await clientOf(queue);
    for (let look = 0; look < LOOKS && left.size > 0; look += 1) {
      const ids = [...left];
      for (let at = 0; at < ids.length; at += AT_ONCE) {
        const some = ids.slice(at, at + AT_ONCE);
        await Promise.all(some.map((id) => client.del(`${plan.prefix}:${plan.queue}:${id}:lock`)));
        const removed = await Promise.all(some.map(async (id) => ((await queue.remove(id)) === 0 ? [] : [id])));
        for (const id of removed.flat()) left.delete(id);
      }
    }
  }

  async #disconnect(): Promise<void> {
    this.#isClosing = true;
    const both = Promise.allSettled([this.#events?.close(), this.#queue?.close()]);
    // What it did has been told. One that is still open then ends at its next attempt, or when its socket is silent for too long.
    await within(both, 'Redis').catch(() => undefined);
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

/** Where this version of BullMQ has its connection to Redis. */
async function clientOf({ backend, client }: Queue): Promise<RedisClient> {
  const found = await (backend?.client ?? client);
  if (found === undefined) throw new Error('this bullmq does not show its connection to Redis');
  return found;
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
    socketTimeout: SILENT_MS,
  };
}
