import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { sayConnectionCloses } from './farewell.js';
import { type Notices } from './notices.js';

/** The connection a response belongs to; unset once the response is accounted for. */
const CONNECTION = Symbol('nestjs-lifecycle.connection');
const STARTED_AT = Symbol('nestjs-lifecycle.startedAt');
const EXEMPT = Symbol('nestjs-lifecycle.exempt');

/** A response with our bookkeeping on it: properties instead of a map, because they cost nothing to look up. */
export interface TrackedResponse extends ServerResponse {
  [CONNECTION]?: Connection | undefined;
  [STARTED_AT]?: number;
  /** Only set on answers nobody waits for. */
  [EXEMPT]?: true;
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
  readonly notices: Notices;
  responseStarted(): void;
  /** `count` responses are over. */
  responsesEnded(count: number): void;
  /** An answer nobody waits for is over: a probe's, for example. */
  exemptEnded(response: TrackedResponse): void;
  /** The head of an answer was written while the service leaves. */
  headWritten(response: TrackedResponse): void;
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

  get notices(): Notices {
    return this.observer.notices;
  }

  get isIdle(): boolean {
    return this.#open.length === 0;
  }

  get responses(): readonly TrackedResponse[] {
    return this.#open;
  }

  /** A request has arrived; `response` will answer it. */
  start(response: TrackedResponse, now: number, isExempt: boolean): void {
    const previous = this.#open.at(-1);
    this.#open.push(response);
    response[CONNECTION] = this;
    response[STARTED_AT] = now;
    response.on('close', onResponseClosed);
    if (isExempt) response[EXEMPT] = true;
    else this.observer.responseStarted();
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
    if (isExempt(response)) this.observer.exemptEnded(response);
    else this.observer.responsesEnded(1);
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
      sayConnectionCloses(response, {
        isLast: () => this.#open.at(-1) === response,
        onHead: () => this.observer.headWritten(response),
      });
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
    const waitedFor = unfinished.filter((response) => !isExempt(response)).length;
    if (waitedFor > 0) this.observer.responsesEnded(waitedFor);
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

/** Whether nobody waits for an answer. */
export function isExempt(response: object): boolean {
  return EXEMPT in response;
}

/** Monotonic milliseconds of the request an answer belongs to. */
export function startOf(response: TrackedResponse): number {
  return response[STARTED_AT] ?? 0;
}

/** What work that answers with a response can be told, as long as its client is there. */
export function noticesOf(response: object & { [CONNECTION]?: Connection | undefined }): Notices | undefined {
  return response[CONNECTION]?.notices;
}

/** Whether a carrier is a plain or TLS socket. */
export function isSocket(carrier: Carrier): carrier is Socket {
  return 'remotePort' in carrier;
}
