import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface StoredMessage {
  readonly id: string;
  readonly body: string;
  /** Monotonic milliseconds until which no consumer sees it. */
  invisibleUntil: number;
  received: number;
}

/** What clients ask for, of the fields that matter here. */
interface Asked {
  readonly MaxNumberOfMessages?: number;
  readonly WaitTimeSeconds?: number;
  readonly VisibilityTimeout?: number;
  readonly ReceiptHandle?: string;
}

const DEFAULT_VISIBILITY_S = 30;

/**
 * One queue that speaks the JSON protocol of SQS: long polls, messages that are invisible once they were received, and deletion.
 * Where `VisibilityTimeout` is not asked for it is 30 s, as there.
 */
export class SqsServer {
  readonly #server: Server;
  readonly #messages: StoredMessage[] = [];
  readonly #polls = new Set<() => void>();
  /** Bodies of the messages that were deleted, in that order. */
  readonly deleted: string[] = [];
  /** Called when a poll has begun to wait. */
  #onWaiting: () => void = () => undefined;

  private constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<SqsServer> {
    const queue = new SqsServer();
    await new Promise<void>((resolve) => queue.#server.listen(0, '127.0.0.1', resolve));
    return queue;
  }

  get url(): string {
    // It listens on a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/000000000000/orders`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  send(...bodies: readonly string[]): void {
    for (const body of bodies) this.#messages.push({ id: randomUUID(), body, invisibleUntil: 0, received: 0 });
    for (const look of [...this.#polls]) look();
  }

  /** How often each message that is left has been received. */
  get left(): Record<string, number> {
    return Object.fromEntries(this.#messages.map(({ body, received }) => [body, received]));
  }

  /** Resolves with the next poll that finds nothing. */
  whenWaiting(): Promise<void> {
    return new Promise((resolve) => (this.#onWaiting = resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What the SDK sends.
    const asked = (await json(request)) as Asked;
    const action = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
    if (action === 'ReceiveMessage') return this.#receive(asked, response);
    if (action !== 'DeleteMessage') return answer(response, { message: `no action ${action}` }, 400);
    const index = this.#messages.findIndex(({ id }) => id === asked.ReceiptHandle);
    this.deleted.push(...this.#messages.splice(index, index === -1 ? 0 : 1).map(({ body }) => body));
    return answer(response, {});
  }

  #receive(asked: Asked, response: ServerResponse): void {
    const look = (): boolean => {
      const found = this.#take(asked);
      if (found.length > 0) answer(response, { Messages: found });
      return found.length > 0;
    };
    if (look()) return;
    const end = (): void => {
      this.#polls.delete(again);
      clearTimeout(timer);
    };
    const again = (): void => {
      if (look()) end();
    };
    const timer = setTimeout(
      () => {
        end();
        answer(response, {});
      },
      (asked.WaitTimeSeconds ?? 0) * 1000,
    );
    this.#polls.add(again);
    response.on('close', end);
    this.#onWaiting();
  }

  #take({ MaxNumberOfMessages: most = 1, VisibilityTimeout: seconds = DEFAULT_VISIBILITY_S }: Asked): object[] {
    const now = performance.now();
    const visible = this.#messages.filter(({ invisibleUntil }) => invisibleUntil <= now).slice(0, most);
    return visible.map((message) => {
      message.invisibleUntil = now + seconds * 1000;
      message.received += 1;
      const { id, body } = message;
      const MD5OfBody = createHash('md5').update(body).digest('hex');
      return { MessageId: id, ReceiptHandle: id, Body: body, MD5OfBody };
    });
  }
}

function answer(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
}
