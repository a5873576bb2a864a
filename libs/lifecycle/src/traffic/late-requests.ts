import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';
import { type Range } from '../options/settings.js';

/** How late requests are refused. */
export interface RefusalSettings {
  readonly retryAfterSeconds: Range;
  /** Path prefixes that are always served: probes and metrics. */
  readonly exemptPaths: readonly string[];
}

/** Answers 503 to requests that come too late, in the shape of Nest's own errors. */
export class LateRequests {
  /** How many were refused. */
  refused = 0;

  constructor(private readonly settings: RefusalSettings) {}

  /** Probes and metrics are served to the end. */
  isExempt(request: IncomingMessage): boolean {
    const path = request.url ?? '';
    return this.settings.exemptPaths.some(
      (prefix) => path.startsWith(prefix) && /^$|[/?]/.test(path.charAt(prefix.length)),
    );
  }

  /** Puts itself before everything that listens for requests on a server. Returns its undo. */
  refuseOn(server: Server): () => void {
    const emit: (event: string, ...args: unknown[]) => boolean = server.emit.bind(server);
    // Instrumentation may have put its own there.
    const before = Object.getOwnPropertyDescriptor(server, 'emit');
    const refusing = (event: string, ...args: unknown[]): boolean => {
      const [request, response] = args;
      // 'request' and 'checkContinue' carry (IncomingMessage, ServerResponse): https://nodejs.org/api/http.html#event-request
      const isRequest = event === 'request' || event === 'checkContinue';
      if (!isRequest || this.isExempt(request as IncomingMessage)) return emit(event, ...args);
      this.refused += 1;
      this.answer(response as ServerResponse);
      return true;
    };
    server.emit = refusing;
    return () => {
      if (server.emit !== refusing) return;
      if (before === undefined) Reflect.deleteProperty(server, 'emit');
      else Reflect.defineProperty(server, 'emit', before);
    };
  }

  /** A well-formed 503 that ends the connection; the request has not been looked at, and may be sent again. */
  answer(response: ServerResponse): void {
    response.setHeader('Retry-After', String(anyWithin(this.settings.retryAfterSeconds)));
    endConnection(response);
    send503(response, 'SHUTTING_DOWN', 'The server is shutting down, please retry');
  }

  /**
   * The same for a request whose handler ran out of time. It may have taken effect, so nothing invites to send it again.
   * What the handler answers afterwards goes nowhere, and fails nowhere either. Of pipelined answers only the last may
   * close: on an earlier one it would drop those behind it.
   */
  cutShort(response: ServerResponse, { isLast = true } = {}): void {
    if (isLast) endConnection(response);
    send503(response, 'INTERRUPTED', 'The server stopped before it could answer; the request may have taken effect');
    mute(response);
  }
}

function anyWithin({ min, max }: Range): number {
  return min + Math.floor(Math.random() * (max - min + 1));
}

/** `Connection` is illegal in HTTP/2 (RFC 9113 §8.2.2). */
function endConnection(response: ServerResponse): void {
  if (response.req.httpVersionMajor < 2) response.setHeader('Connection', 'close');
}

function send503(response: ServerResponse, code: string, message: string): void {
  const body = JSON.stringify({ statusCode: 503, error: 'Service Unavailable', message, code });
  // A handler that never answered may have said how its body would be sent.
  for (const name of ['Content-Encoding', 'Transfer-Encoding', 'Trailer']) response.removeHeader(name);
  response.writeHead(503, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Makes everything a handler may still do to a finished response a no-op. */
function mute(response: ServerResponse): void {
  const itself = (): ServerResponse => response;
  Object.assign(response, {
    setHeader: itself,
    appendHeader: itself,
    setHeaders: itself,
    removeHeader: () => undefined,
    writeHead: itself,
    write: () => true,
    end: itself,
  });
}
