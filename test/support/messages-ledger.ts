import { resolve } from 'node:path';
import type { ShutdownReport } from 'nestjs-lifecycle';
import { Random } from '../../libs/rollout/src/random/random.js';
import type { LedgerPlan, LedgerTransport } from '../programs/ledger-plan.js';
import { freePort } from './free-port.js';
import { type Program, startProgram } from './program.js';
import { type NestVersion, root } from './repository.js';
import { reportOf } from './service.js';

/** What a test says of a ledger; the rest is as below. */
export interface LedgerOptions extends Partial<Omit<LedgerPlan, 'transport' | 'prefix' | 'url'>> {
  readonly transport: LedgerTransport;
  readonly nest: NestVersion;
  readonly restarts: number;
  /** The same for the same instants: after how many messages each consumer is restarted. */
  readonly seed?: number;
  readonly url?: string;
}

/** How one consumer ended. */
export interface ConsumerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Only with the module. */
  readonly report?: ShutdownReport;
  /** All it has written, for a test that fails. */
  readonly output: string;
}

/** What became of the messages of a rolling restart. Each is `event 7` or `request 8`. */
export interface LedgerResult {
  readonly sent: number;
  /** Whose handlers have never come to their end. */
  readonly lost: readonly string[];
  /** Whose handlers have come to their end more than once. */
  readonly repeated: readonly string[];
  /** Whose handlers a consumer had begun, and did not end. */
  readonly cut: readonly string[];
  /** Requests without an answer, and why. */
  readonly unanswered: readonly string[];
  /** How each consumer that was restarted ended. */
  readonly ends: readonly ConsumerEnd[];
}

const DEFAULTS = {
  withModule: true,
  isHybrid: false,
  inheritsAppConfig: false,
  options: { lameDuck: '500ms', gracePeriod: '20s' },
  handlerMs: [5, 60],
  server: {},
  paceMs: 5,
  backlog: 0,
  requestsOfThree: 1,
  answerMs: 30_000,
} as const;

/** Of plain Nest, which leaves messages behind: enough to tell those that are late from those that are lost. */
export const PLAIN_NEST = { nest: 12, withModule: false, answerMs: 8000 } as const;

/** Where a broker is, when that is not the usual place. */
const URLS: Partial<Record<LedgerTransport, string>> = {
  rabbitmq: 'RABBITMQ_URL',
  golevelup: 'RABBITMQ_URL',
  redis: 'REDIS_URL',
  nats: 'NATS_URL',
  mqtt: 'MQTT_URL',
  kafka: 'KAFKA_URL',
};

const PORTS = new Set(['tcp', 'grpc']);
/** A consumer is restarted when it has worked on so many messages. */
const LEAST_MESSAGES = 5;
const MOST_MESSAGES = 60;
/** How long it may take for them, on a machine that is busy. */
const MESSAGES_MS = 90_000;
/** A consumer needs a second of a processor to start, and waits for that second where the machine is busy. */
const START_MS = 90_000;
/** How long the next message may take to come to the end of its handler when nothing is sent any more. */
const REST_MS = 20_000;

/** Of this run alone: several may share a broker. */
let runs = 0;

interface Consumer {
  readonly program: Program;
  readonly port: number;
}

/**
 * Two consumers, real processes, and a publisher that sends numbered messages at a steady pace. One consumer after the other is
 * restarted: the next one is there before it gets its SIGTERM, which comes in the middle of its work.
 */
export class MessagesLedger {
  readonly #env: Record<string, string>;
  readonly #publisher: Program;
  readonly #all: Program[] = [];
  #consumers: Consumer[] = [];
  readonly #ends: ConsumerEnd[] = [];

  private constructor(private readonly options: LedgerOptions) {
    const { nest: _nest, restarts: _restarts, seed: _seed, ...said } = options;
    runs += 1;
    const url = process.env[URLS[options.transport] ?? ''];
    const place = url === undefined ? {} : { url };
    const plan: LedgerPlan = { ...DEFAULTS, ...place, ...said, prefix: `ledger-${process.pid}-${runs}` };
    this.#env = { LEDGER: JSON.stringify(plan), PROTO: resolve(root, 'test/support/prices.proto') };
    this.#publisher = startProgram('ledger-publisher', { nest: 12, ipc: true, env: this.#env });
  }

  /** Plays the restarts, and waits for what was sent. */
  static async play(options: LedgerOptions): Promise<LedgerResult> {
    const ledger = new MessagesLedger(options);
    await ledger.#begin();
    const instants = new Random(options.seed ?? 1).stream('restarts');
    for (let count = 0; count < options.restarts; count += 1) {
      await ledger.#restart(LEAST_MESSAGES + instants.below(MOST_MESSAGES - LEAST_MESSAGES));
    }
    return ledger.#end();
  }

  async #begin(): Promise<void> {
    // What waits for the consumers is there before them.
    await this.#publisher.waitForLine(/^ready$/);
    this.#consumers = await Promise.all([this.#start(), this.#start()]);
    await this.#tellPorts();
    this.#publisher.send('begin');
  }

  async #start(): Promise<Consumer> {
    const { nest, transport } = this.options;
    const port = PORTS.has(transport) ? await freePort() : 0;
    const program = startProgram(transport === 'golevelup' ? 'ledger-golevelup' : 'ledger-consumer', {
      nest,
      env: { ...this.#env, LEDGER_PORT: String(port) },
    });
    await program.waitForLine(/^consuming$/, START_MS);
    this.#all.push(program);
    return { program, port };
  }

  /** Where consumers listen, the publisher looks elsewhere while the one that stops still serves. */
  async #tellPorts(): Promise<void> {
    const ports = this.#consumers.flatMap(({ port }) => (port === 0 ? [] : [port]));
    if (ports.length === 0) return;
    this.#publisher.send({ ports });
    await this.#publisher.waitForLine(new RegExp(`^sending to ${ports.join(' ')}$`));
  }

  async #restart(messages: number): Promise<void> {
    const [oldest, ...others] = this.#consumers;
    if (oldest === undefined) throw new Error('no consumer runs');
    this.#consumers = [...others, await this.#start()];
    const { program } = oldest;
    await program.waitForLine(new RegExp(`^did .* \\(${numberOf(program) + messages}\\)$`), MESSAGES_MS);
    program.signal('SIGTERM');
    await this.#tellPorts();
    const { code, signal, output } = await program.exit;
    const report = this.options.withModule === false ? {} : { report: reportOf({ output }) };
    this.#ends.push({ code, signal, output, ...report });
  }

  async #end(): Promise<LedgerResult> {
    this.#publisher.send('stop');
    await this.#publisher.waitForLine(/^settled$/, 2 * REST_MS);
    const sent = [...linesOf(this.#publisher, 'sent')];
    await this.#awaitHandled(sent);
    const did = this.#all.map((program) => linesOf(program, 'did'));
    // The others may still be at work.
    const ended = this.#all.filter((program) => !this.#consumers.some((consumer) => consumer.program === program));
    const handled = countsOf(did);
    const answered = new Set(linesOf(this.#publisher, 'answered'));
    const requests = sent.filter((what) => what.startsWith('request'));
    return {
      sent: sent.length,
      lost: sent.filter((what) => !handled.has(what)),
      repeated: [...handled].flatMap(([what, count]) => (count > 1 ? [what] : [])),
      cut: ended.flatMap((program) => cutBy(program)),
      unanswered: requests.filter((what) => !answered.has(what)).map((what) => this.#whyUnanswered(what)),
      ends: this.#ends,
    };
  }

  /** Those that still wait in the broker are worked on by the consumers that are there, for as long as one after the other comes. */
  async #awaitHandled(sent: readonly string[]): Promise<void> {
    const restMs = Math.min(REST_MS, this.options.answerMs ?? REST_MS);
    while (this.#unhandled(sent).length > 0) {
      const next = this.#consumers.map(({ program }) =>
        program.waitForLine(new RegExp(`^did .* \\(${numberOf(program) + 1}\\)$`), restMs),
      );
      // What does not come is in the result.
      const hasCome = await Promise.any(next).then(
        () => true,
        () => false,
      );
      if (!hasCome) return;
    }
  }

  #unhandled(sent: readonly string[]): string[] {
    const handled = countsOf(this.#all.map((program) => linesOf(program, 'did')));
    return sent.filter((what) => !handled.has(what));
  }

  #whyUnanswered(what: string): string {
    const failure = new RegExp(`^failed (${what}: .*)$`, 'm').exec(this.#publisher.output)?.[1];
    return failure ?? what;
  }
}

function linesOf({ output }: Program, verb: string): string[] {
  return [...output.matchAll(new RegExp(`^${verb} (\\w+ \\d+)`, 'gm'))].flatMap(([, what]) => what ?? []);
}

/** What a consumer had begun, and has not ended. */
function cutBy(program: Program): string[] {
  const did = new Set(linesOf(program, 'did'));
  return linesOf(program, 'took').filter((what) => !did.has(what));
}

/** How many messages a consumer has worked on. */
function numberOf(program: Program): number {
  return linesOf(program, 'did').length;
}

function countsOf(names: readonly (readonly string[])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const what of names.flat()) counts.set(what, (counts.get(what) ?? 0) + 1);
  return counts;
}
