import { type IncomingMessage, type ServerResponse } from 'node:http';
import { Deadline } from '../deadline/deadline.js';
import { type Clock } from '../deadline/clock.js';
import { exposition, TEXT_FORMAT } from './exposition.js';
import { type LastScrape } from './last-scrape.js';
import { type Measurements } from './measurements.js';
import { type MetricsRegistry } from '../options/metrics-registry.js';

/** How long the metrics of the application may take to be put together: Prometheus waits for 10 s. */
const REGISTRY_MS = 5000;

interface PageParts {
  readonly clock: Clock;
  readonly measurements: Measurements;
  readonly registry: MetricsRegistry | undefined;
  readonly lastScrape: LastScrape;
  readonly failed: (name: string, error: unknown) => void;
}

/** What is to be sent. */
interface Page {
  readonly type: string;
  readonly text: string;
}

/** The metrics as Prometheus asks for them. */
export class MetricsPage {
  constructor(private readonly parts: PageParts) {}

  /** Answers a request for `/metrics`, and says whether it was one. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const [path] = (request.url ?? '').split('?');
    if (path !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
    const isHead = request.method === 'HEAD';
    const sent = isHead ? (): void => undefined : this.parts.lastScrape.begin();
    const { type, text } = await this.read();
    response.once('finish', sent);
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' });
    response.end(isHead ? undefined : text);
    return true;
  }

  /** With those of the application, where it has given its registry. Without them where that fails or hangs. */
  async read(): Promise<Page> {
    const { registry, measurements, clock, failed } = this.parts;
    const own = (): Page => ({ type: TEXT_FORMAT, text: exposition(measurements.read()) });
    if (registry === undefined) return own();
    const limit = new Deadline(clock, clock.now() + REGISTRY_MS);
    const settled = await limit.settle((async (): Promise<unknown> => registry.metrics())());
    if (settled.how === 'done' && typeof settled.value === 'string') {
      return { type: registry.contentType, text: settled.value };
    }
    failed('the registry of metrics', settled.how === 'failed' ? settled.error : 'it has not answered in time');
    return own();
  }
}
