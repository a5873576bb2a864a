import { type IncomingMessage, type ServerResponse } from 'node:http';
import { callForeign, firstOfEach } from '../../errors/foreign-call.js';
import { type WorkName } from '../../in-flight/work.js';
import { type CorrelationId } from '../../options/graceful-shutdown-options.js';
import { routeOf } from './route.js';

/** Ids end up in logs: printable, in one piece, and not longer than this. */
const PRINTABLE_ID = /^[\u0021-\u007E]{1,128}$/;
/** Version, trace id, parent id, flags: https://www.w3.org/TR/trace-context/#traceparent-header-field-values */
const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;

/** The names of requests, in logs and in the report. A name is only put together when it is asked for. */
export class RequestNames {
  /** Reports an error of the user's function once, because it is called for many requests. */
  readonly #onError: (name: string, error: unknown) => void;

  constructor(
    private readonly findCorrelationId: CorrelationId | undefined,
    onError: (name: string, error: unknown) => void,
  ) {
    this.#onError = firstOfEach(onError);
  }

  /** Method, route pattern and correlation id; never the path, the query or the body. */
  nameOf(response: ServerResponse): WorkName {
    const method = response.req.method ?? 'GET';
    const route = routeOf(response);
    const correlationId = this.correlationIdOf(response.req);
    const name = { name: `${method} ${route}`, method, route };
    return correlationId === undefined ? name : { ...name, correlationId };
  }

  /** The correlation id of a request, if it has one that can be printed. */
  correlationIdOf(request: IncomingMessage): string | undefined {
    const find = this.findCorrelationId;
    // The user's function may return anything. A promise is no id, and may reject.
    return find === undefined
      ? printable(idFromHeaders(request))
      : callForeign({ ...FIND, onError: this.#onError }, () => observed(find(request), this.#onError));
  }
}

const FIND = { name: 'correlationId() of the options', fallback: undefined };

function printable(id: unknown): string | undefined {
  const first: unknown = Array.isArray(id) ? id[0] : id;
  return typeof first === 'string' && PRINTABLE_ID.test(first) ? first : undefined;
}

/** The id, if the value is one. A promise comes too late, and its rejection must not end the process. */
function observed(answer: unknown, onError: (name: string, error: unknown) => void): string | undefined {
  callForeign({ ...FIND, onError }, () => answer);
  return printable(answer);
}

function idFromHeaders({ headers }: IncomingMessage): unknown {
  return headers['x-request-id'] ?? TRACEPARENT.exec(String(headers['traceparent']))?.[1];
}
