import { type IncomingMessage, type ServerResponse } from 'node:http';
import { clearTimeout, setTimeout } from 'node:timers';
import { LifecycleError } from '../../../errors/lifecycle-error.js';
import { writtenHeader } from '../../../internals/node-answers.js';
import { askForeign, type CorsHeaders, corsHeadersFor, exposing } from './cors-headers.js';

/** The CORS options of an application. */
export interface CorsSource {
  /** The options, or a function that makes them for a request. */
  readonly options: unknown;
  /** The request in the form that a function of the options expects. */
  readonly seenByOptions: (request: IncomingMessage) => unknown;
}

/** How long functions of the options may take, before an answer is sent without their headers. */
const PATIENCE_MS = 500;
/** For how many origins the answers are remembered. */
const MOST_ORIGINS = 100;

/**
 * Adds the CORS headers of the application to answers that are sent before the application sees the request. Without
 * them a browser shows a script neither the status nor `Retry-After`. They are known from `enableCors()`. Where the
 * application sets CORS in another way, they are copied from its answers to the same origin since the service began to
 * leave, preflights included.
 */
export class Cors {
  #source: CorsSource | undefined;
  readonly #learned = new Map<string, CorsHeaders>();
  #hasFailed = false;

  constructor(private readonly onError: (error: unknown) => void) {}

  /** The application has switched CORS on. */
  enabled(source: CorsSource): void {
    this.#source = source;
  }

  /**
   * What the options allow a page of an origin; `undefined` where none are set, or where they need a request. Rejects with what a
   * function of the options fails with, and may take as long as that function.
   */
  allowedTo(origin: string): Promise<CorsHeaders> | undefined {
    const options = this.#source?.options;
    if (this.#source === undefined || typeof options === 'function') return undefined;
    return new Promise((done, failed) => corsHeadersFor(options, origin, { done, failed }));
  }

  /** The head of an answer of the application has been written. */
  learn(response: ServerResponse): void {
    const origin = response.req?.headers.origin;
    if (origin === undefined) return;
    const allowed = writtenHeader(response, 'Access-Control-Allow-Origin');
    if (allowed === undefined) return;
    const credentials = writtenHeader(response, 'Access-Control-Allow-Credentials');
    if (this.#learned.size >= MOST_ORIGINS) this.#learned.clear();
    this.#learned.set(origin, {
      'Access-Control-Allow-Origin': allowed,
      ...(allowed === '*' ? {} : { Vary: 'Origin' }),
      ...(credentials === undefined ? {} : { 'Access-Control-Allow-Credentials': credentials }),
      'Access-Control-Expose-Headers': exposing(writtenHeader(response, 'Access-Control-Expose-Headers')),
    });
  }

  /**
   * Adds the headers to an answer of ours, then calls `goOn`: in the same tick, unless a function of the options takes
   * longer.
   */
  apply(response: ServerResponse, goOn: () => void): void {
    let isOver = false;
    const end = (headers: CorsHeaders): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (!response.headersSent) for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      goOn();
    };
    const late = (): void => {
      this.#failed(new LifecycleError('INVALID_OPTIONS', 'the options of enableCors() have not answered in time'));
      end({});
    };
    const timer = setTimeout(late, PATIENCE_MS);
    timer.unref();
    this.#headersFor(response.req, end);
  }

  /** The same where there is no time left: adds only what is known at once, and only where the header is not set. */
  applyNow(response: ServerResponse): void {
    if (response.hasHeader('Access-Control-Allow-Origin')) return;
    let known: CorsHeaders = {};
    this.#headersFor(response.req, (headers) => (known = headers));
    for (const [name, value] of Object.entries(known)) response.setHeader(name, value);
  }

  #headersFor(request: IncomingMessage, done: (headers: CorsHeaders) => void): void {
    const { origin } = request.headers;
    if (origin === undefined) return done({});
    const learned = this.#learned.get(origin) ?? {};
    const source = this.#source;
    if (source === undefined) return done(learned);
    const failed = (error: unknown): void => {
      this.#failed(error);
      done(learned);
    };
    const decide = (options: unknown): void => corsHeadersFor(options, origin, { done, failed });
    const { options, seenByOptions } = source;
    if (typeof options !== 'function') return decide(options);
    const delegate = options as (...args: unknown[]) => unknown;
    askForeign((question, callback) => delegate(seenByOptions(question as IncomingMessage), callback), request, {
      done: decide,
      failed,
    });
  }

  /** Reports the first failure only: it may fail for every request. */
  #failed(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.onError(error);
  }
}

/**
 * Whether a request is a preflight, which asks what another request may do:
 * https://fetch.spec.whatwg.org/#cors-preflight-request
 */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}
