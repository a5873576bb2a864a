import { type IncomingMessage } from 'node:http';
import { isFromThisMachine } from './from-this-machine.js';

/** The path of the probe port at which a drain can be asked for. */
const PATH = '/drain';

/** An answer of the probe port. */
interface Answer {
  readonly statusCode: number;
  readonly body: object;
}

/**
 * Lets what runs beside the service in its pod ask for a drain: `POST /drain` on the probe port. For requests of this
 * machine alone, and not for those that a proxy here hands on; for all others there is no such path.
 */
export class DrainEndpoint {
  /**
   * @param isServed whether there is one at all
   * @param drain begins the drain, or joins it; resolves when it is over, with what became of the work
   */
  constructor(
    private readonly isServed: boolean,
    private readonly drain: () => Promise<object>,
  ) {}

  /** `undefined` where the request is none for it. */
  answer(request: IncomingMessage): Promise<Answer> | Answer | undefined {
    const [path] = (request.url ?? '').split('?');
    if (!this.isServed || path !== PATH || !isFromThisMachine(request)) return undefined;
    if (request.method !== 'POST') return { statusCode: 405, body: { statusCode: 405, error: 'Method Not Allowed' } };
    return this.#drained();
  }

  async #drained(): Promise<Answer> {
    return { statusCode: 200, body: await this.drain() };
  }
}
