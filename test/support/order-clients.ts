import { EventEmitter, once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/**
 * Customers of the demo who order one thing after the other, each on a kept-alive connection of its own. They never try
 * anything twice: what is not answered 201 is a loss, unless the service had shut its door before the order came in.
 */
export class OrderClients {
  /** The id of every order that was answered 201. */
  readonly orderIds: number[] = [];
  /** What became of every other order, as far as the service can have seen it. */
  readonly losses: string[] = [];
  /** When every customer has stopped: told to, at the shut door, or after a loss. */
  readonly gone: Promise<unknown>;
  private readonly answers = new EventEmitter<{ answered: [] }>();
  private isTold = false;

  constructor(
    private readonly url: string,
    count: number,
  ) {
    this.gone = Promise.all(Array.from({ length: count }, () => this.orderOnAndOn()));
  }

  /** Resolves when that many orders were answered 201. */
  async answered(count: number): Promise<void> {
    const gaveUp = this.gone.then(() => Promise.reject(new Error(`every customer is gone: ${this.losses.join(', ')}`)));
    gaveUp.catch(() => undefined);
    while (this.orderIds.length < count) await Promise.race([once(this.answers, 'answered'), gaveUp]);
  }

  /** Lets everyone wait for the answer they are owed, and go. */
  async stop(): Promise<void> {
    this.isTold = true;
    await this.gone;
  }

  private async orderOnAndOn(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      while (!this.isTold) {
        this.orderIds.push(await this.order(agent));
        this.answers.emit('answered');
      }
    } catch (error) {
      if (!(error instanceof DoorShut)) this.losses.push(String(error));
    } finally {
      agent.destroy();
    }
  }

  private async order(agent: Agent): Promise<number> {
    const answer = await post(`${this.url}/orders`, { agent, body: JSON.stringify({ item: 'book', amount: 1250 }) });
    const body = await text(answer);
    const id = /"id":(\d+)/.exec(body)?.[1];
    if (answer.statusCode !== 201 || id === undefined) throw new Error(`answered ${answer.statusCode}: ${body}`);
    return Number(id);
  }
}

/** The service no longer listens. */
class DoorShut extends Error {}

function post(url: string, { agent, body }: { agent: Agent; body: string }): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const order = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, resolve);
    order.once('error', (error) => reject(isDoorShut(error, order) ? new DoorShut() : error)).end(body);
  });
}

/** The kernel refuses a connection, or resets one that had not been accepted yet when the listener closed. */
function isDoorShut(error: NodeJS.ErrnoException, { reusedSocket }: ClientRequest): boolean {
  return error.code === 'ECONNREFUSED' || (error.code === 'ECONNRESET' && !reusedSocket);
}
