import { type Command, Option } from 'commander';
import { type JobOptions, type MessageOptions, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { UsageError } from '../usage-error.js';
import { decimal, whole } from './flag-numbers.js';

/** The flags about messages and jobs, as they are typed. */
export interface MessageFlags {
  readonly messages?: readonly string[];
  readonly jobs?: readonly string[];
  readonly message?: string;
  readonly messagePattern?: string;
  readonly reply?: boolean;
  readonly handled?: string;
  readonly messageRate?: number;
  readonly backlog?: number;
  readonly twice?: 'warn' | 'fail';
  readonly jobName?: string;
  readonly jobAttempts?: number;
}

/** Adds them to a command, as a group of their own. */
export function addMessageFlags(command: Command): void {
  command
    .optionsGroup('Messages and jobs (see docs/rehearsing-messages.md):')
    .option(
      '--messages <url-and-queue...>',
      'numbered messages for a consumer, as amqp://127.0.0.1:5672 orders, nats:// and a subject, or kafka:// and a topic',
    )
    .option('--jobs <url-and-queue...>', 'numbered jobs of BullMQ, as redis://127.0.0.1:6379 mails, and its prefix')
    .option('--message <text>', 'what is sent; {n} is its number (default: {"number":{n}})')
    .option('--message-pattern <pattern>', "Nest's pattern of the handler: the text is the data of its packet")
    .option('--reply', 'each message asks for an answer, and is handled when it is answered')
    .option('--handled <line>', "what the service's log says when one is done, as 'saved order {n}' (default: none)")
    .option('--message-rate <number>', 'how many a second (default: 20)', decimal)
    .option('--backlog <number>', 'how many are out at any time, sent and not handled (default: 20)', whole)
    .addOption(
      new Option('--twice <what>', 'whether one that may be done twice is told or fails (default: fail)').choices([
        'warn',
        'fail',
      ]),
    )
    .option('--job-name <name>', 'the name of each job (default: rehearsal)')
    .option('--job-attempts <number>', 'how often each job is tried (default: 1)', whole);
}

type Sent = Pick<RehearsalOptions, 'messages' | 'jobs'>;

/**
 * What is sent beside requests: a load file, and what was typed wins.
 *
 * @throws UsageError saying what to type
 */
export function messageOptions(
  flags: MessageFlags,
  file: { readonly messages?: object; readonly jobs?: object },
): Sent {
  const isJobs = flags.jobs !== undefined || (file.jobs !== undefined && flags.messages === undefined);
  if (flags.jobs !== undefined && flags.messages !== undefined) {
    throw new UsageError('--messages and --jobs are not played together: leave one of them out');
  }
  const typed = placeOf(flags);
  const written = isJobs ? file.jobs : file.messages;
  if (typed === undefined && written === undefined) {
    failOnIdle(flags);
    return {};
  }
  // What a file has is looked at with all other options.
  const sent = { ...written, ...typed, ...common(flags) } as MessageOptions & JobOptions;
  return isJobs
    ? { jobs: { ...sent, ...only({ name: flags.jobName, attempts: flags.jobAttempts }) } }
    : { messages: { ...sent, ...only({ pattern: flags.messagePattern, reply: flags.reply }) } };
}

function common({ message, handled, messageRate, backlog, twice }: MessageFlags): object {
  return only({ body: message, handled, rate: messageRate, backlog, twice });
}

function placeOf({ messages, jobs }: MessageFlags): object | undefined {
  const words = messages ?? jobs;
  if (words === undefined) return undefined;
  const [url = '', queue, prefix, ...more] = words;
  const example =
    jobs === undefined ? '--messages amqp://127.0.0.1:5672 orders' : '--jobs redis://127.0.0.1:6379 mails';
  if (queue === undefined) throw new UsageError(`${example.split(' ')[0]} takes an address and a queue: ${example}`);
  if (more.length > 0 || (prefix !== undefined && jobs === undefined)) {
    throw new UsageError(
      `${words.join(' ')}: write the command of the service after two dashes, as in ${example} -- node dist/main.js`,
    );
  }
  return { url, queue, ...only({ prefix }) };
}

/** What would be without effect was meant otherwise. */
function failOnIdle(flags: MessageFlags): void {
  const names = {
    message: '--message',
    messagePattern: '--message-pattern',
    reply: '--reply',
    handled: '--handled',
    messageRate: '--message-rate',
    backlog: '--backlog',
    twice: '--twice',
    jobName: '--job-name',
    jobAttempts: '--job-attempts',
  } as const;
  for (const [name, flag] of Object.entries(names) as [keyof typeof names, string][]) {
    if (flags[name] === undefined) continue;
    throw new UsageError(
      `${flag} is about messages or jobs: add --messages amqp://127.0.0.1:5672 orders, or --jobs redis://127.0.0.1:6379 mails`,
    );
  }
}

/** Only what is there. */
function only(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
