import { type IncomingMessage, type ServerResponse } from 'node:http';
import { isForThisMachine } from '../health/from-this-machine.js';
import { sendAnswer } from '../health/probe-answer.js';
import { type ProbePage } from '../health/probe-server.js';
import { type LifecycleDump } from './dump-state.js';

/** Where it is. */
const PATH = '/lifecycle/dump';

/** `GET /lifecycle/dump` on the probe port: what the service is doing, as JSON. For this machine alone, and for names of it alone. */
export class DumpPage implements ProbePage {
  constructor(private readonly read: () => Promise<LifecycleDump>) {}

  /** All other requests get the same as for any path that there is not. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const { url = '', method } = request;
    const [path] = url.split('?');
    if (path !== PATH || (method !== 'GET' && method !== 'HEAD') || !isForThisMachine(request)) return false;
    sendAnswer(request, response, { statusCode: 200, body: await this.read() });
    return true;
  }
}
