import { type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { type Clock, elapsed } from '../../clock/clock.js';
import { type Access } from './access.js';
import { ClusterError } from './cluster-error.js';
import { connectionError, refusalError, refusalOf, toError } from './refusal.js';

/** One request to the API server. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** As in `/api/v1/namespaces/shop/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of the body; by default `application/json`. */
  readonly contentType?: 'application/json' | 'application/strategic-merge-patch+json' | 'application/merge-patch+json';
  /** For errors, as in `list pods`. */
  readonly what: string;
}

/** An answer of 200 to 299 whose body is still to be read. */
export interface OpenAnswer {
  readonly status: number;
  readonly body: IncomingMessage;
}

/** An answer may take so long; a list of thousands of pods takes some seconds. */
const PATIENCE_MS = 15_000;
const MOST_TRIES = 4;
const FIRST_PAUSE_MS = 250;
/** A server that asks for more patience than this is not waited for. */
const LONGEST_PAUSE_MS = 10_000;
/** A list of a namespace is far below. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

/**
 * Requests to one API server. Reads are tried again where the server is busy (429), in trouble (5xx) or gone for a moment; a change only
 * where the server says that it has not looked at it (429), so that none is made twice.
 */
export class ApiClient {
  constructor(
    readonly access: Access,
    private readonly clock: Clock,
  ) {}

  /**
   * The parsed answer.
   *
   * @throws ClusterError for refusals, and where no answer comes
   */
  async send(request: ApiRequest, signal?: AbortSignal): Promise<unknown> {
    const answer = await this.open(request, signal);
    const text = await this.#textOf(answer.body, request);
    try {
      return JSON.parse(text);
    } catch {
      throw new ClusterError(
        'foreign-answer',
        `cannot ${request.what}: what ${this.access.server.origin} answered is no JSON: ${text.slice(0, 200)}`,
        answer.status,
      );
    }
  }

  /**
   * The answer as it begins: what follows may go on for minutes, as a watch does. The caller reads the body, or destroys it.
   *
   * @throws ClusterError for refusals, and where no answer begins
   */
  async open(request: ApiRequest, signal?: AbortSignal): Promise<OpenAnswer> {
    for (let tries = 1; ; tries += 1) {
      const result = await this.#try(request, signal);
      if (!(result instanceof Failure)) return result;
      const isLast = tries >= MOST_TRIES || signal?.aborted === true;
      if (isLast || !mayRepeat(request, result) || result.pauseMs > LONGEST_PAUSE_MS) throw result.error;
      await elapsed(this.clock, Math.max(result.pauseMs, FIRST_PAUSE_MS * 2 ** (tries - 1)), signal);
    }
  }

  async #try(request: ApiRequest, signal: AbortSignal | undefined): Promise<OpenAnswer | Failure> {
    const { context, user, server } = this.access;
    const asked = { what: request.what, context, user };
    let body: IncomingMessage;
    try {
      body = await this.#begin(request, signal);
    } catch (error) {
      if (error instanceof ClusterError) return new Failure(error, 0);
      return new Failure(connectionError(toError(error), server, asked), 0);
    }
    const status = body.statusCode ?? 0;
    if (status >= 200 && status < 300) return { status, body };
    const text = await this.#textOf(body, request).catch((error: unknown) => String(error));
    return new Failure(refusalError(refusalOf(status, parsedIfJson(text)), asked), pauseOf(body));
  }

  /** Resolves with the head of the answer. */
  async #begin(request: ApiRequest, signal: AbortSignal | undefined): Promise<IncomingMessage> {
    const { server } = this.access;
    const { headers, ...options } = await this.access.options();
    const query = new URLSearchParams(request.query).toString();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const whole: RequestOptions = {
      ...options,
      host: server.hostname.replaceAll(/^\[|\]$/g, ''),
      ...(server.port !== '' && { port: server.port }),
      path: `${server.pathname.replace(/\/$/, '')}${request.path}${query === '' ? '' : `?${query}`}`,
      method: request.method,
      headers: Object.assign({}, headers, headersOf(request, body)),
      signal,
    };
    return new Promise((resolve, reject) => {
      const sent = (server.protocol === 'http:' ? requestHttp : requestHttps)(whole);
      const cancel = this.clock.after(PATIENCE_MS, () => {
        sent.destroy(new ClusterError('timed-out', this.#timedOut(request)));
      });
      sent.once('close', cancel);
      sent.on('error', reject);
      sent.on('response', (answer) => {
        cancel();
        resolve(answer);
      });
      sent.end(body);
    });
  }

  #timedOut({ what }: ApiRequest): string {
    const { server, context } = this.access;
    return `cannot ${what}: ${server.origin} did not answer within ${PATIENCE_MS / 1000} s. See whether this works: kubectl --context ${context} version`;
  }

  async #textOf(body: IncomingMessage, request: ApiRequest): Promise<string> {
    const cancel = this.clock.after(PATIENCE_MS, () => {
      body.destroy(new ClusterError('timed-out', this.#timedOut(request)));
    });
    try {
      const parts: Buffer[] = [];
      let size = 0;
      for await (const part of body as AsyncIterable<Buffer>) {
        size += part.length;
        if (size > LARGEST_ANSWER) {
          throw new ClusterError('foreign-answer', `cannot ${request.what}: the answer is larger than 64 MB`);
        }
        parts.push(part);
      }
      return Buffer.concat(parts).toString('utf8');
    } catch (error) {
      if (error instanceof ClusterError) throw error;
      throw connectionError(toError(error), this.access.server, this.access);
    } finally {
      cancel();
    }
  }
}

/** A try that failed, and how long the server asks to wait. */
class Failure {
  constructor(
    readonly error: ClusterError,
    readonly pauseMs: number,
  ) {}
}

/** Where a connection broke, a change may have been made. Of an eviction 429 means a budget, which no second try helps. */
function mayRepeat({ method, path }: ApiRequest, { error }: Failure): boolean {
  if (error.status === 429) return !path.endsWith('/eviction');
  return (
    method === 'GET' && (error.code === 'server-error' || error.code === 'unreachable' || error.code === 'timed-out')
  );
}

/** `Retry-After` in seconds, which is what an API server sends. */
function pauseOf({ headers }: IncomingMessage): number {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function headersOf({ contentType = 'application/json' }: ApiRequest, body: string | undefined): Record<string, string> {
  const ofBody = { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body ?? '')) };
  return { accept: 'application/json', 'user-agent': 'nestjs-lifecycle', ...(body !== undefined && ofBody) };
}

/** A proxy's page is text. */
function parsedIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
