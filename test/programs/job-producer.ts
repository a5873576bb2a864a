import Bull from 'bull';
import { FlowProducer, Queue } from 'bullmq';
import { plan } from './job-plan.js';

/**
 * Adds numbered jobs to the queue of a ledger: `{ backlog }` at once, then one every `paceMs` until it is told `stop`; or jobs of
 * a name, `{ name, count }`; or a flow of BullMQ, `{ children }`, whose parent comes last. Says how many there are.
 */
interface Backlog {
  readonly backlog: number;
  readonly paceMs: number;
}

interface Named {
  readonly name: string;
  readonly count: number;
}

interface Flow {
  readonly children: number;
}

type Add = (name: string, data: { readonly number: number }) => Promise<unknown>;

/** Two attempts: a job that fails is seen, and does not make the others wait. */
const options = { attempts: 2, removeOnComplete: true };
let added = 0;
let timer: NodeJS.Timeout | undefined;

function open(): { add: Add; close: () => Promise<unknown> } {
  const { library, queue: name, redis } = plan;
  if (library === 'bull') {
    const queue = new Bull(name, { redis });
    return { add: (job, data) => queue.add(job, data, options), close: () => queue.close() };
  }
  const queue = new Queue(name, { connection: redis });
  return { add: (job, data) => queue.add(job, data, options), close: () => queue.close() };
}

const queue = open();

async function add(name: string, count: number): Promise<void> {
  for (let more = count; more > 0; more -= 1) {
    added += 1;
    await queue.add(name, { number: added });
  }
}

/** A parent that is worked on once all its children are. Of BullMQ. */
async function addFlow(children: number): Promise<void> {
  const flows = new FlowProducer({ connection: plan.redis });
  const job = (name: string): { name: string; queueName: string; data: { number: number }; opts: object } => {
    added += 1;
    // A child that is removed would not be told to its parent by an older version.
    return { name, queueName: plan.queue, data: { number: added }, opts: { attempts: 2 } };
  };
  const jobs = Array.from({ length: children }, () => job('child'));
  await flows.add({ ...job('order'), children: jobs });
  await flows.close();
}

async function told(message: Backlog | Named | Flow | 'stop'): Promise<void> {
  if (message === 'stop') {
    clearInterval(timer);
    await queue.close();
    console.log(`added ${added}`);
    process.disconnect();
  } else if ('children' in message) {
    await addFlow(message.children);
    console.log(`added a flow of ${message.children}`);
  } else if ('name' in message) {
    await add(message.name, message.count);
    console.log(`added ${message.count} ${message.name}`);
  } else {
    await add('order', message.backlog);
    console.log(`added the backlog`);
    timer = setInterval(() => void add('order', 1), message.paceMs);
  }
}

// Only the harness sends messages.
process.on('message', (message) => void told(message as Backlog | Named | Flow | 'stop'));
console.log('ready');
