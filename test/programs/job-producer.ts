import Bull from 'bull';
import { Queue } from 'bullmq';
import { plan } from './job-plan.js';

/**
 * Adds numbered jobs to the queue of a ledger: `{ backlog }` at once, then one every `paceMs` until it is told `stop`; or jobs of
 * a name, `{ name, count }`. Says how many there are.
 */
interface Backlog {
  readonly backlog: number;
  readonly paceMs: number;
}

interface Named {
  readonly name: string;
  readonly count: number;
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

async function told(message: Backlog | Named | 'stop'): Promise<void> {
  if (message === 'stop') {
    clearInterval(timer);
    await queue.close();
    console.log(`added ${added}`);
    process.disconnect();
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
process.on('message', (message) => void told(message as Backlog | Named | 'stop'));
console.log('ready');
