import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server } from 'node:net';

/** How late requests are refused. */
export interface RefusalSettings {
  readonly retryAfterSeconds: number;
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
      if (server.emit === refusing) Reflect.deleteProperty(server, 'emit');
    };
  }

  /** A well-formed 503 that ends the connection. */
  answer(response: ServerResponse): void {
    const body = JSON.stringify({
      statusCode: 503,
      error: 'Service Unavailable',
      message: 'The server is shutting down, please retry',
      code: 'SHUTTING_DOWN',
    });
    if (response.req.httpVersionMajor < 2) response.setHeader('Connection', 'close');
    response.writeHead(503, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Retry-After': String(this.settings.retryAfterSeconds),
    });
    response.end(response.req.method === 'HEAD' ? undefined : body);
  }
}
