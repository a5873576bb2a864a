import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { type Work, type WorkName } from '../in-flight/in-flight-work.js';
import { sayConnectionCloses } from './farewell.js';
import { routeOf } from './route.js';

/** The connection a response belongs to; unset once the response is accounted for. */
const CONNECTION = Symbol('nestjs-lifecycle.connection');
const STARTED_AT = Symbol('nestjs-lifecycle.startedAt');

/** A response with our bookkeeping on it: properties instead of a map, because they cost nothing to look up. */
export interface TrackedResponse extends ServerResponse {
  [CONNECTION]?: Connection | undefined;
  [STARTED_AT]?: number;
}

/** Of HTTP/2 (RFC 9113 §7). */
const NO_ERROR = 0;
const CANCEL = 8;
const HIGHEST_STREAM = 2 ** 31 - 1;

/** What carries requests: a TCP or TLS socket, or an HTTP/2 session. */
export interface Carrier {
  readonly destroyed: boolean;
  destroy(): unknown;
  /** Of an HTTP/2 session: GOAWAY, then the end once its streams have ended. */
  close?(): unknown;
  /** Of an HTTP/2 session. */
  goaway?(code: number, lastStreamId: number): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** What a connection reports to. */
export interface ConnectionObserver {
  readonly isLeaving: boolean;
  responseStarted(): void;
  /** `count` responses are over. */
  responsesEnded(count: number): void;
  connectionClosed(connection: Connection): void;
  /** A response, which others may have wrapped, threw at what was done to it. */
  responseFailed(error: unknown): void;
}

/**
 * One connection and its unfinished responses, in order. Pipelined responses that never got their turn emit no event
 * when the socket dies, so the connection repays whatever is still open when it closes.
 */
export class Connection {
  readonly #open: TrackedResponse[] = [];
  #isClosed = false;
  #hasServed = false;
  #hasSaidGoaway = false;
  /** Switched protocols (WebSocket): no longer ours to close when idle. */
  isUpgraded = false;

  constructor(
    readonly carrier: Carrier,
    private readonly observer: ConnectionObserver,
    readonly isHttp2: boolean,
  ) {
    carrier.on('close', () => this.#close());
  }

  get isIdle(): boolean {
    return this.#open.length === 0;
  }

  get responses(): readonly TrackedResponse[] {
    return this.#open;
  }

  /** A request has arrived; `response` will answer it. */
  start(response: TrackedResponse, now: number): void {
    const previous = this.#open.at(-1);
    this.#open.push(response);
    response[CONNECTION] = this;
    response[STARTED_AT] = now;
    response.on('close', onResponseClosed);
    this.observer.responseStarted();
    this.#hasServed = true;
    if (this.observer.isLeaving) this.#farewell(previous, response);
  }

  /** From now on the newest unsent answer says that this connection ends with it; an HTTP/2 session says it itself. */
  leave(): void {
    const newest = this.#open.at(-1);
    if (this.isHttp2) this.#sayGoaway();
    else if (newest !== undefined) this.#sayFarewell(newest);
  }

  /** Cuts an answer that has begun: over HTTP/2 its stream alone, over HTTP/1 the connection. */
  cut(response: TrackedResponse & { readonly stream?: { close?(code: number): unknown } }): void {
    if (this.isHttp2) response.stream?.close?.(CANCEL);
    else this.carrier.destroy();
  }

  end(response: TrackedResponse): void {
    const index = this.#open.indexOf(response);
    if (index < 0) return;
    this.#open.splice(index, 1);
    this.observer.responsesEnded(1);
  }

  #farewell(previous: TrackedResponse | undefined, response: TrackedResponse): void {
    if (this.isHttp2) {
      this.#sayGoaway();
      return;
    }
    // Only the last of pipelined answers may close: on an earlier one it would drop those behind it.
    if (previous !== undefined && !previous.headersSent) previous.removeHeader('Connection');
    this.#sayFarewell(response);
  }

  #sayFarewell(response: TrackedResponse): void {
    try {
      sayConnectionCloses(response, () => this.#open.at(-1) === response);
    } catch (error) {
      this.observer.responseFailed(error);
    }
  }

  /**
   * A notice that names the highest stream there can be: nothing is refused, new requests go elsewhere (RFC 9113 §6.8).
   * Not on a session that has carried nothing yet: clients take it for a refusal of what they have queued.
   */
  #sayGoaway(): void {
    if (this.#hasSaidGoaway || !this.#hasServed) return;
    this.#hasSaidGoaway = true;
    this.carrier.goaway?.(NO_ERROR, HIGHEST_STREAM);
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const unfinished = this.#open.splice(0);
    for (const response of unfinished) response[CONNECTION] = undefined;
    if (unfinished.length > 0) this.observer.responsesEnded(unfinished.length);
    this.observer.connectionClosed(this);
  }
}

/** Shared by all responses, so that a request costs no closure. */
function onResponseClosed(this: TrackedResponse): void {
  const connection = this[CONNECTION];
  this[CONNECTION] = undefined;
  connection?.end(this);
}

/** What carries a request: its HTTP/2 session, or its socket. */
export function carrierOf(request: IncomingMessage & { readonly stream?: { readonly session?: Carrier } }): Carrier {
  return request.httpVersionMajor >= 2 ? (request.stream?.session ?? request.socket) : request.socket;
}

/** A response as a piece of work that can be named. */
export function asWork(response: TrackedResponse): Work {
  return {
    kind: 'response',
    startedAt: response[STARTED_AT] ?? 0,
    answer: response,
    describe: () => describe(response),
  };
}

function describe(response: TrackedResponse): WorkName {
  const method = response.req.method ?? 'GET';
  const route = routeOf(response);
  return { name: `${method} ${route}`, method, route };
}

/** Whether a carrier is a plain or TLS socket. */
export function isSocket(carrier: Carrier): carrier is Socket {
  return 'remotePort' in carrier;
}
