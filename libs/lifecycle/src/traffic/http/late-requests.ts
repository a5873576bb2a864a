import { type IncomingMessage, type ServerResponse } from 'node:http';
import { systemClock } from '../../deadline/clock.js';
import { Deadline } from '../../deadline/deadline.js';
import { Emitter } from '../../events/emitter.js';
import { awaitForeign, callForeign, firstOfEach } from '../../errors/foreign-call.js';
import { LifecycleError } from '../../errors/lifecycle-error.js';
import { type LateRequestBody } from '../../options/graceful-shutdown-options.js';
import { type Range } from '../../options/settings.js';
import { Cors } from './cors/cors.js';
import { lingerForBody } from '../wire/lingering-close.js';
import { mute } from '../wire/muted-response.js';
import { isPromiseLike } from '../wire/promise-like.js';

/** How late requests are refused. */
export interface RefusalSettings {
  readonly retryAfterSeconds: Range;
  /** What is sent instead of Nest's error shape. */
  readonly body: LateRequestBody | undefined;
}

/** Answers 503 to requests that come too late, in the shape of Nest's own errors. */
export class LateRequests {
  /** How many were refused. */
  refused = 0;
  /** Emits the method of each request that is refused, and how many that makes. */
  readonly refusedOne = new Emitter<{ readonly name: string; readonly count: number }>();
  readonly #onError: (name: string, error: unknown) => void;

  constructor(
    private readonly settings: RefusalSettings,
    onError: (error: unknown) => void,
    private readonly cors = new Cors(onError),
  ) {
    this.#onError = firstOfEach((_name, error) => onError(error));
  }

  /**
   * Adds the CORS headers of the application to the answer to come, so that browsers let scripts read it; then calls
   * `goOn`.
   */
  allowReading(response: ServerResponse, goOn: () => void): void {
    this.cors.apply(response, goOn);
  }

  /**
   * Answers 503. The request has not been handled, so the client may send it again. The answer ends the connection,
   * unless other requests are pipelined behind it.
   */
  answer(response: ServerResponse, { isLast = true } = {}): void {
    this.refused += 1;
    this.refusedOne.emit({ name: response.req.method ?? 'GET', count: this.refused });
    response.setHeader('Retry-After', String(anyWithin(this.settings.retryAfterSeconds)));
    if (isLast) endConnection(response);
    const body = this.#body(response.req);
    if (typeof body === 'string') send503(response, body);
    else void body.then((text) => (response.writableEnded ? undefined : send503(response, text)));
  }

  /** The user's function may return anything, including a promise that rejects or never settles. */
  #body(request: IncomingMessage): string | Promise<string> {
    const { body } = this.settings;
    const call = { name: 'lateRequestBody', fallback: refusal(), onError: this.#onError };
    return callForeign<string | Promise<string>>(call, () => {
      const own: unknown = typeof body === 'function' ? (body as (request: IncomingMessage) => unknown)(request) : body;
      return isPromiseLike(own) ? awaitForeign(call, async () => asJson(await soon(own))) : asJson(own);
    });
  }

  /**
   * The same for a request whose handler ran out of time. It may have taken effect, so the answer does not invite the
   * client to send it again. An answer of the handler after that is dropped, and does not fail. Of pipelined answers
   * only the last may close the connection: on an earlier one that would drop the answers behind it.
   */
  cutShort(response: ServerResponse, { isLast = true } = {}): void {
    if (isLast) endConnection(response);
    this.cors.applyNow(response);
    const message = 'The server stopped before it could answer; the request may have taken effect';
    send503(response, errorBody('INTERRUPTED', message));
    mute(response);
  }
}

/** How long to wait for a body. The client and the drain wait as well. */
const PATIENCE_MS = 500;

async function soon(own: PromiseLike<unknown>): Promise<unknown> {
  const settled = await new Deadline(systemClock, systemClock.now() + PATIENCE_MS).settle(own);
  if (settled.how === 'done') return settled.value;
  if (settled.how === 'failed') throw settled.error;
  throw new LifecycleError('SHUTTING_DOWN', `lateRequestBody did not answer within ${PATIENCE_MS}ms.`);
}

/** `undefined`, and what cannot be JSON, is answered as if the user had set no body. */
function asJson(own: unknown): string {
  const text: unknown = own === undefined ? undefined : JSON.stringify(own);
  return typeof text === 'string' ? text : refusal();
}

function refusal(): string {
  return errorBody('SHUTTING_DOWN', 'The server is shutting down, please retry');
}

function anyWithin({ min, max }: Range): number {
  return min + Math.floor(Math.random() * (max - min + 1));
}

/** `Connection` is illegal in HTTP/2 (RFC 9113 §8.2.2). */
function endConnection(response: ServerResponse): void {
  if (response.req.httpVersionMajor >= 2) return;
  response.setHeader('Connection', 'close');
  lingerForBody(response);
}

/** The shape of Nest's own errors, with a code that stays the same. */
function errorBody(code: string, message: string): string {
  return JSON.stringify({ statusCode: 503, error: 'Service Unavailable', message, code });
}

function send503(response: ServerResponse, body: string): void {
  // The handler may have set these for a body of its own.
  for (const name of ['Content-Encoding', 'Transfer-Encoding', 'Trailer']) response.removeHeader(name);
  response.writeHead(503, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}
