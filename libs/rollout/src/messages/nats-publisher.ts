import { type LeftMessages } from '../ledger/message-record.js';
import { proofOf } from '../load/messages/message-plan.js';
import { dataOf, errorOf, textOf } from '../load/messages/message-text.js';
import { NATS_HEADER } from '../network/broker/nats/nats-tap.js';
import { loadFirst } from './load-client.js';
import { MessageError } from './message-error.js';
import { type Publisher, type PublisherWorld } from './publisher.js';
import { ANSWER_MS, brokerError, textOfError, within } from './within.js';

interface Headers {
  set(name: string, value: string): void;
}

interface Answer {
  readonly data: Uint8Array;
}

/** What is used of `@nats-io/transport-node`, and of `nats` 2. */
interface Connection {
  publish(subject: string, data: Uint8Array, options: object): void;
  request(subject: string, data: Uint8Array, options: object): Promise<Answer>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

interface Client {
  connect(options: object): Promise<Connection>;
  headers(): Headers;
}

/**
 * Publishes to one subject. Each message asks for an answer, which a stream gives when it has it (`{"stream": …, "seq": …}`), and a handler when it is done, where the plan
 * says that it answers.
 */
export class NatsPublisher implements Publisher {
  #client: Client | undefined;
  #connection: Connection | undefined;

  constructor(private readonly world: PublisherWorld) {}

  async connect(): Promise<void> {
    const { plan, load } = this.world;
    const client = clientOf(await loadFirst(['@nats-io/transport-node', 'nats'], load));
    const url = new URL(plan.url);
    const login = {
      ...(url.username !== '' && { user: decodeURIComponent(url.username) }),
      ...(url.password !== '' && { pass: decodeURIComponent(url.password) }),
    };
    try {
      this.#connection = await within(
        client.connect({ servers: url.host, ...login, name: 'rehearsal', timeout: ANSWER_MS }),
        'NATS',
      );
    } catch (error) {
      throw brokerError('NATS cannot be reached', plan.url, textOfError(error));
    }
    this.#client = client;
  }

  isReady(): Promise<boolean> {
    return Promise.resolve(true);
  }

  async publish(number: number): Promise<void> {
    const { plan, ledger, marks } = this.world;
    if (this.#client === undefined || this.#connection === undefined) throw new Error('not connected');
    const mark = marks.markOf(number);
    const headers = this.#client.headers();
    headers.set(NATS_HEADER, mark);
    const data = new TextEncoder().encode(textOf(plan, number, mark));
    try {
      if (plan.expectsReply) void this.#ask(number, { data, headers });
      else this.#connection.publish(plan.queue, data, { headers });
      await within(this.#connection.flush(), 'NATS');
      ledger.accepted(number);
    } catch (error) {
      ledger.notAccepted(number, textOfError(error));
    }
  }

  /** A subject keeps nothing. */
  left(): Promise<LeftMessages> {
    return Promise.resolve({ waiting: undefined });
  }

  async close(): Promise<void> {
    if (this.#connection === undefined) return;
    try {
      await within(this.#connection.close(), 'NATS');
    } catch (error) {
      this.world.onProblem(`NATS: ${textOfError(error)}`);
    }
  }

  /** An answer has been seen on its way, at its pod; this is for what the server says: that the subject has no subscriber. */
  async #ask(
    number: number,
    { data, headers }: { readonly data: Uint8Array; readonly headers: Headers },
  ): Promise<void> {
    const { plan, ledger } = this.world;
    try {
      const answer = await this.#connection?.request(plan.queue, data, { headers, timeout: ANSWER_MS });
      if (answer === undefined || ledger.isAnswered(number) || proofOf(plan) !== 'reply') return;
      const text = new TextDecoder().decode(answer.data);
      const error = errorOf(text);
      if (error !== undefined) ledger.failed(number, ledger.lastPodOf(number), error);
      else if (!isOfStream(text)) ledger.done(number, ledger.lastPodOf(number));
    } catch (error) {
      // No answer in time is what the ledger shows in any case.
      if (/no.?responders|503/i.test(`${textOfError(error)} ${codeOf(error)}`))
        ledger.notAccepted(number, 'the subject had no subscriber');
    }
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error ? `${error.name} ${'code' in error ? String(error.code) : ''}` : '';
}

function isOfStream(text: string): boolean {
  const value = dataOf(text);
  return typeof value === 'object' && value !== null && 'stream' in value && 'seq' in value;
}

function clientOf(module: Readonly<Record<string, unknown>>): Client {
  if (typeof module['connect'] === 'function' && typeof module['headers'] === 'function') {
    // The types of the package are not at hand where it is not installed.
    return module as unknown as Client;
  }
  throw new MessageError('this client of NATS has no connect and headers: npm install @nats-io/transport-node@latest');
}
