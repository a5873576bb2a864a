import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { nextTurn } from '../deadline/clock.js';
import { sayConnectionCloses } from './farewell.js';
import { beforeEnd, type Http2Carrier, sayGoaway } from './goaway.js';
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
const CANCEL = 8;

/** What carries requests: a TCP or TLS socket, or an HTTP/2 session. */
export interface Carrier extends Http2Carrier {
  readonly destroyed: boolean;
  destroy(): unknown;
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

  /** Whether it is above a TCP socket that is known, too. */
  get isSecure(): boolean {
    return 'encrypted' in this.carrier && this.carrier.encrypted === true;
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
    if (this.observer.isLeaving) this.#farewell(previous, response);
  }

  /** From now on the newest unsent answer says that this connection ends with it. */
  leave(): void {
    const newest = this.#open.at(-1);
    if (this.isHttp2) for (const response of this.#open) this.#leaveWith(response);
    else if (newest !== undefined) this.#sayFarewell(newest);
  }

  /** No more requests are to come on this connection: a session says so, where it has not with an answer. */
  finish(): void {
    if (this.isHttp2 && !this.isIdle) this.#sayGoaway();
  }

  /** Cuts an answer that has begun: over HTTP/2 its stream alone, over HTTP/1 the connection. */
  cut(response: TrackedResponse & { readonly stream?: { close?(code: number): unknown } }): void {
    if (this.isHttp2) response.stream?.close?.(CANCEL);
    else this.carrier.destroy();
  }

  /** Ends a connection that has nothing to answer; a session says so first. */
  async closeIdle(): Promise<void> {
    if (this.isHttp2) {
      this.carrier.close?.();
      // GOAWAY is written at the end of this turn.
      await nextTurn();
      await nextTurn();
    }
    this.carrier.destroy();
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
      this.#leaveWith(response);
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

  /** GOAWAY leaves with the end of the last answer there is: whoever waited for it has nothing on the wire. */
  #leaveWith(response: TrackedResponse): void {
    beforeEnd(response, () => {
      const isLast = this.#open.every((other) => other === response || other.headersSent);
      if (isLast) this.#sayGoaway();
    });
  }

  #sayGoaway(): void {
    if (this.#hasSaidGoaway) return;
    this.#hasSaidGoaway = true;
    sayGoaway(this.carrier);
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
