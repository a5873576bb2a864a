import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Params } from 'nestjs-pino';
import { loggedPath, redaction, withoutPersonalData } from './personal-data.js';

/** The header that carries the id of a request from service to service. */
export const CORRELATION_HEADER = 'x-request-id';

const USABLE_ID = /^[\w-]{8,64}$/;

/**
 * The id that a request came with, or a new one where there is none that can be logged. It is put on the request too, so that
 * everything behind reads the same: the lifecycle module, handlers, and calls of other services.
 */
export function correlate(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers[CORRELATION_HEADER];
  const id = typeof given === 'string' && USABLE_ID.test(given) ? given : randomUUID();
  request.headers[CORRELATION_HEADER] = id;
  response.setHeader(CORRELATION_HEADER, id);
  return id;
}

/** One line for each request but probes: method, path, status, duration, correlation id. No header, query or body is in it. */
export function requestLog(service: string, level: string): Params {
  return {
    pinoHttp: {
      name: service,
      level,
      genReqId: correlate,
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
      redact: redaction,
      hooks: {
        logMethod(values, method) {
          const safe = values.map((value: unknown) => (typeof value === 'string' ? withoutPersonalData(value) : value));
          // The same values, of the same types: only texts have changed.
          method.apply(this, safe as Parameters<typeof method>);
        },
      },
    },
  };
}
