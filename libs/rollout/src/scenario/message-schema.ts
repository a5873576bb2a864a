import { z } from 'zod';
import { type BrokerKind, type MessagePlan } from '../load/messages/message-plan.js';
import { NUMBER } from '../load/messages/message-text.js';

/** The brokers by the scheme of their address. */
const BROKERS: Readonly<Record<string, { readonly broker: BrokerKind; readonly option: 'messages' | 'jobs' }>> = {
  'amqp:': { broker: 'rabbitmq', option: 'messages' },
  'rabbitmq:': { broker: 'rabbitmq', option: 'messages' },
  'nats:': { broker: 'nats', option: 'messages' },
  'kafka:': { broker: 'kafka', option: 'messages' },
  'redis:': { broker: 'bullmq', option: 'jobs' },
};

const WITH_TLS = new Set(['amqps:', 'rediss:', 'tls:']);

const EXAMPLES = {
  messages: 'amqp://127.0.0.1:5672, nats://127.0.0.1:4222, or kafka://127.0.0.1:9092',
  jobs: 'redis://127.0.0.1:6379',
} as const;

interface Context {
  addIssue(message: string): void;
}

const sent = {
  url: z.string(),
  queue: z.string().min(1, "is empty: write the name of the queue, as in 'orders'"),
  body: z.string().default(`{"number":${NUMBER}}`),
  handled: z
    .string()
    .refine((text) => text.split(NUMBER).length === 2, {
      error: `has no number in it: write ${NUMBER} once, where the number of the message stands, as in 'saved order ${NUMBER}'`,
    })
    .optional(),
  rate: z.number().min(0).max(1000).default(20),
  backlog: z.number().int().min(0).max(1000).default(20),
  twice: z.enum(['warn', 'fail']).default('fail'),
};

/** Messages, as a user writes them. */
export const messages = z
  .strictObject({ ...sent, pattern: z.string().min(1).optional(), reply: z.boolean().default(false) })
  .transform((read, context) => {
    const { pattern, reply: expectsReply, ...others } = read;
    const plan = planOf('messages', others, context);
    const problem = plan?.broker === 'kafka' ? problemOfKafka(read) : undefined;
    if (problem !== undefined) context.addIssue(problem);
    return plan === undefined || problem !== undefined ? z.NEVER : { ...plan, pattern, expectsReply };
  });

/** What other brokers have. */
function problemOfKafka(read: { url: string; pattern?: string | undefined; reply: boolean }): string | undefined {
  const { username, password } = new URL(read.url);
  if (read.pattern !== undefined)
    return 'on Kafka the pattern of a handler of Nest is the topic: leave the pattern out, and write it as the queue';
  if (read.reply) return "answers are not played with Kafka: leave reply out, and write handled: 'a line with {n}'";
  if (username + password !== '')
    return 'Kafka is played without a login: rehearse with a broker of your own, as kafka://127.0.0.1:9092';
  return undefined;
}

/** Jobs, as a user writes them. */
export const jobs = z
  .strictObject({
    ...sent,
    prefix: z.string().min(1).default('bull'),
    name: z.string().min(1).default('rehearsal'),
    attempts: z.number().int().min(1).max(100).default(1),
  })
  .transform((read, context) => {
    const { prefix, name: jobName, attempts: jobAttempts, ...others } = read;
    const plan = planOf('jobs', others, context);
    if (plan !== undefined && !isJson(plan.body)) {
      context.addIssue(`the data of a job is JSON: write it as '{"number":${NUMBER}}'`);
      return z.NEVER;
    }
    return plan === undefined ? z.NEVER : { ...plan, prefix, jobName, jobAttempts };
  });

type Sent = z.output<z.ZodObject<typeof sent>>;

function planOf(option: 'messages' | 'jobs', read: Sent, context: Context): MessagePlan | undefined {
  const { url, queue, body, handled: handledLine, rate, backlog, twice } = read;
  const broker = brokerOf(option, url);
  const problem = typeof broker === 'object' ? problemOf(read) : undefined;
  if (typeof broker === 'string' || problem !== undefined) {
    context.addIssue(typeof broker === 'string' ? broker : (problem ?? ''));
    return undefined;
  }
  return {
    ...{ broker: broker.broker, url: url.replace(/^rabbitmq:/i, 'amqp:'), queue, prefix: 'bull', body },
    ...{ pattern: undefined, jobName: 'rehearsal', jobAttempts: 1, expectsReply: false, handledLine },
    ...{ perSecond: rate, backlog, twice },
  };
}

function problemOf({ body, handled, rate, backlog }: Sent): string | undefined {
  if (rate === 0 && backlog === 0) return 'nothing would be sent: write a rate above 0, or a backlog';
  if (handled === undefined || body.includes(NUMBER)) return undefined;
  return `the service is to say the number of a message, and the body does not have it: write ${NUMBER} in it`;
}

/** Which broker it is, or what is wrong with the address. */
function brokerOf(option: 'messages' | 'jobs', url: string): { readonly broker: BrokerKind } | string {
  const scheme = /^[a-z][a-z\d+.-]*:/i.exec(url)?.[0].toLowerCase() ?? '';
  if (WITH_TLS.has(scheme)) {
    return `what passes over TLS cannot be read: rehearse with a broker without it, as ${EXAMPLES[option]}`;
  }
  const found = BROKERS[scheme];
  if (found === undefined || !URL.canParse(url)) return `is no address of a broker: write ${EXAMPLES[option]}`;
  if (found.option === option) return found;
  return found.option === 'jobs'
    ? 'Redis is played for jobs of BullMQ: write --jobs, or jobs'
    : 'jobs are those of BullMQ, in Redis: write --messages, or messages';
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body.replaceAll(NUMBER, '1'));
    return true;
  } catch {
    return false;
  }
}
