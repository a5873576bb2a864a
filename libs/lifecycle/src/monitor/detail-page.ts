import { type IncomingMessage, type ServerResponse } from 'node:http';
import { sendAnswer } from '../health/probe-answer.js';
import { type ProbePage } from '../health/probe-server.js';
import { type DetailedHealthReader } from './detailed-health.js';

/** `/health/detailed` on the probe port. It answers 200 whatever it says: probes are for routers, this is for people. */
export class DetailPage implements ProbePage {
  constructor(
    private readonly path: string,
    private readonly reader: DetailedHealthReader,
  ) {}

  /** Answers a request for the page, and says whether it was one. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const [path] = (request.url ?? '').split('?');
    if (path !== this.path || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    sendAnswer(request, response, { statusCode: 200, body: this.reader.read() });
    return true;
  }
}
