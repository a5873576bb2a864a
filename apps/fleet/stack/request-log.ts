import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggerOptions } from 'pino';
import type { Options } from 'pino-http';
import { loggedPath, redaction, withoutPersonalData } from './personal-data.js';

/** The header that carries the id of a request from service to service. */
export const CORRELATION_HEADER = 'x-request-id';

const USABLE_ID = /^[\w-]{8,64}$/;

/**
 * Middleware: gives a request the id that it came with, or a new one where there is none that can be logged. Everything behind reads the
 * same: the request log, the lifecycle module, handlers, and calls of other services. Fastify has given it an id of its own by then.
 */
export function correlate(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  const given = request.headers[CORRELATION_HEADER];
  const id = typeof given === 'string' && USABLE_ID.test(given) ? given : randomUUID();
  request.id = id;
  request.headers[CORRELATION_HEADER] = id;
  response.setHeader(CORRELATION_HEADER, id);
  next();
}

/** For `pino()`: JSON, without personal data in texts and fields. */
export function logOptions(service: string, level: string): LoggerOptions {
  return {
    name: service,
    level,
    redact: redaction,
    hooks: {
      logMethod(values, method) {
        const safe = values.map((value: unknown) => (typeof value === 'string' ? withoutPersonalData(value) : value));
        // The same values, of the same types: only texts have changed.
        method.apply(this, safe as Parameters<typeof method>);
      },
    },
  };
}

/** One line for each request but probes: method, path, status, duration, correlation id. No header, query or body is in it. */
export const requestLog: Options = {
  autoLogging: { ignore: ({ url }) => url !== undefined && url.startsWith('/health/') },
  customLogLevel: (_request, { statusCode }, error) => (error || statusCode >= 500 ? 'error' : 'info'),
  serializers: {
    req: ({ id, method, url }: { id: unknown; method: string; url?: string }) => ({
      id,
      method,
      path: loggedPath(url),
    }),
    res: ({ statusCode }: { statusCode: number }) => ({ statusCode }),
  },
};
