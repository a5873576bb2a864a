import { type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { type OpenTelemetryApi, type Span } from './open-telemetry-api.js';

/** How many requests the span of a shutdown links to: the limit that the SDK has by default. */
const MOST_LINKS = 128;

/** The span of a request, on its response: a property, because that costs less than a map. */
const SPAN = Symbol('nestjs-lifecycle.span');

interface TracedResponse extends ServerResponse {
  [SPAN]?: Span;
}

type Requests = () => Iterable<{ readonly response: TracedResponse }>;

/**
 * The spans that were active when requests came, as an instrumentation of HTTP makes them. What is in flight while the service stops is
 * linked with the span of the shutdown, in both directions.
 */
export class RequestSpans {
  #root: Span | undefined;
  #links = 0;

  /** @param requests those that are in flight */
  constructor(
    private readonly api: OpenTelemetryApi,
    private readonly requests: Requests,
  ) {}

  /** Follows a server: as a listener of it, because an instrumentation begins its span around the listeners. Returns the undo. */
  follow(server: Pick<HttpServer, 'prependListener' | 'removeListener'>): () => void {
    const listener = (_request: IncomingMessage, response: TracedResponse): void => this.#arrived(response);
    server.prependListener('request', listener);
    return () => void server.removeListener('request', listener);
  }

  /** The spans of what is in flight right now, for the links of the span that begins. */
  inFlight(): Span[] {
    const spans = Array.from(this.requests(), ({ response }) => response[SPAN]);
    return spans.filter((span) => span !== undefined).slice(0, MOST_LINKS);
  }

  /** The span of the shutdown has begun, with links to these. From now on what comes is linked as well. */
  begin(root: Span, linked: readonly Span[]): void {
    this.#root = root;
    this.#links = linked.length;
    for (const span of linked) link(span, root, 'shutdown');
  }

  end(): void {
    this.#root = undefined;
  }

  #arrived(response: TracedResponse): void {
    const span = this.api.trace.getActiveSpan();
    if (span === undefined) return;
    response[SPAN] = span;
    const root = this.#root;
    if (root === undefined || this.#links >= MOST_LINKS) return;
    this.#links += 1;
    link(root, span, 'came-later');
    link(span, root, 'shutdown');
  }
}

/** Versions of the API before 1.9 have no links that are added later. */
function link(from: Span, to: Span, kind: string): void {
  if (typeof from.addLink !== 'function') return;
  from.addLink({ context: to.spanContext(), attributes: { 'shutdown.link': kind } });
}
