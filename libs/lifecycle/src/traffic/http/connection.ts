import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { nextTurn } from '../../deadline/clock.js';
import { sayConnectionCloses } from '../wire/connection-close.js';
import { beforeEnd, type Http2Carrier, sayGoaway } from '../wire/goaway.js';
import { onHeadWritten } from '../wire/head-written.js';
import { type Notices } from '../../in-flight/notices.js';
import { OpenRequests } from './open-requests.js';
import { type RequestConnection, type RequestKind, trackedBy, TrackedRequest } from './tracked-request.js';

/** The record of a connection, on its socket or session. */
const CONNECTION = Symbol('nestjs-lifecycle.connection');

/** Whoever keeps to RFC 9112 §9.6 has sent no more by the time he hears of it. */
const MOST_IGNORED = 16;

/** Of HTTP/2 (RFC 9113 §7). */
const CANCEL = 8;

/** What carries requests: a TCP or TLS socket, or an HTTP/2 session. */
export interface Carrier extends Http2Carrier {
  [CONNECTION]?: Connection;
  destroy(): unknown;
  /** Of a socket: sends what there is, and says that nothing follows. */
  end?(): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** What an answer of HTTP/2 has below it. */
interface Http2Answer {
  readonly stream?: { readonly closed?: boolean; readonly destroyed?: boolean; destroy?(): unknown };
}

function endClosedStream({ stream }: ServerResponse & Http2Answer): void {
  if (stream?.closed === true && stream.destroyed === false) stream.destroy?.();
}

/** What a connection reports to. */
export interface ConnectionObserver {
  readonly isLeaving: boolean;
  readonly notices: Notices;
  requestStarted(request: TrackedRequest): void;
  /** Its answer is over, sent or not. */
  requestEnded(request: TrackedRequest): void;
  /** The head of an answer was written while the service leaves. */
  headWritten(response: ServerResponse): void;
  connectionClosed(connection: Connection): void;
  /** An exempt request has come to its route: whether it is one that is waited for after all shows by that. */
  routed(request: TrackedRequest, pattern: string | undefined): void;
  /** A response, which others may have wrapped, threw at what was done to it. */
  responseFailed(error: unknown): void;
}

/**
 * One connection and its unfinished requests, in order. Pipelined responses that never got their turn emit no event
 * when the socket dies, so the connection ends whatever is still open when it closes.
 */
export class Connection implements RequestConnection {
  readonly #open = new OpenRequests();
  #isClosed = false;
  #hasSaidGoaway = false;
  #hasSaidClose = false;
  #idleSince = 0;
  #ignored = 0;
  #isBelowSession = false;
  #upgradedBy: string | undefined = undefined;

  constructor(
    readonly carrier: Carrier,
    private readonly observer: ConnectionObserver,
    readonly isHttp2: boolean,
  ) {
    carrier[CONNECTION] = this;
    carrier.on('close', () => this.#close());
  }

  /** Several applications may follow one server. */
  belongsTo(observer: ConnectionObserver): boolean {
    return this.observer === observer;
  }

  get notices(): Notices {
    return this.observer.notices;
  }

  /** Whether it is above a TCP socket that is known, too. */
  get isSecure(): boolean {
    return 'encrypted' in this.carrier && this.carrier.encrypted === true;
  }

  /** Monotonic milliseconds of the end of its newest answer; only kept while leaving. */
  get idleSince(): number {
    return this.#idleSince;
  }

  idleFrom(now: number): void {
    this.#idleSince = now;
  }

  get isIdle(): boolean {
    return this.#open.isEmpty;
  }

  /** Whether it carries requests itself: what does not is not ours to close when idle. */
  get carriesRequests(): boolean {
    return !this.#isBelowSession && this.#upgradedBy === undefined;
  }

  /** Whether an answer has said that the connection ends with it: what comes behind it is not to be looked at. */
  get hasSaidClose(): boolean {
    return this.#hasSaidClose;
  }

  /** What it was upgraded with (`GET /chat`), once it speaks a protocol that we do not know. */
  get upgradedBy(): string | undefined {
    return this.#upgradedBy;
  }

  /** It speaks another protocol from now on. */
  upgraded(by: string): void {
    this.#upgradedBy = by;
  }

  /** A session of HTTP/2 begins on it, which is a connection of its own, and ends it. */
  carriesSession(): void {
    this.#isBelowSession = true;
  }

  /** Whether its peer has ended it, by itself or by a reset; where that is known, which of a session it is not. */
  get hasPeerLeft(): boolean {
    return isSocket(this.carrier) && (this.carrier.readableEnded || this.carrier.errored !== null);
  }

  /** Whether it was this side that has ended it, as far as its end is known: that of a session is not. */
  get isEndedHere(): boolean {
    return isSocket(this.carrier) && !this.hasPeerLeft;
  }

  /** The unfinished ones, in order. */
  get requests(): readonly TrackedRequest[] {
    return this.#open.all();
  }

  /** A request has arrived; `response` will answer it. */
  start(response: ServerResponse, now: number, kind: RequestKind): void {
    const request = new TrackedRequest(response, this, now, kind);
    this.#open.add(request);
    response.on('close', onResponseClosed);
    this.observer.requestStarted(request);
    if (!this.observer.isLeaving) return;
    if (this.isHttp2) this.#leaveWith(response);
    else this.#sayFarewell(response);
  }

  /** From now on the newest unsent answer says that this connection ends with it. */
  leave(): void {
    const { newest } = this.#open;
    if (this.isHttp2) for (const { response } of this.#open.all()) this.#leaveWith(response);
    else if (newest !== undefined) this.#sayFarewell(newest.response);
  }

  /** No more requests are to come on this connection: a session says so, where it has not with an answer. */
  finish(): void {
    if (this.isHttp2 && !this.isIdle) this.#sayGoaway();
  }

  /** Cuts an answer that has begun: over HTTP/2 its stream alone, over HTTP/1 the connection. */
  cut(response: ServerResponse & { readonly stream?: { close?(code: number): unknown } }): void {
    if (this.isHttp2) response.stream?.close?.(CANCEL);
    else this.carrier.destroy();
  }

  /**
   * Ends streams of HTTP/2 that are closed, cancelled by their client: while data is pending Node may never destroy them,
   * nor say that they are over.
   */
  sweep(): void {
    for (const { response } of this.#open.all()) endClosedStream(response);
  }

  /**
   * Says behind an answer that the connection ends with it, where its head has not: a client that hears of both at once
   * does not use it again. What it has sent by then is not looked at.
   */
  hangUp(): void {
    this.#hasSaidClose = true;
    this.carrier.end?.();
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

  /**
   * A request has come behind the answer that ends the connection. Its answer would be what holds a client back that
   * sends without end, so from a few on nothing is read any more.
   */
  ignore(request: IncomingMessage): void {
    this.#ignored += 1;
    // Node resumes the socket at the end of each message, in a tick of its own, and when the answer flows again.
    if (this.#ignored % MOST_IGNORED === 0) void nextTurn().then(() => request.socket.pause());
  }

  /** A request has been matched to a route of this pattern. */
  routed(request: TrackedRequest, pattern: string | undefined): void {
    if (request.kind === 'exempt') this.observer.routed(request, pattern);
  }

  destroy(): void {
    this.carrier.destroy();
  }

  end(request: TrackedRequest): void {
    if (!request.answerEnded()) return;
    this.#open.remove(request);
    this.observer.requestEnded(request);
  }

  #sayFarewell(response: ServerResponse): void {
    try {
      sayConnectionCloses(response, {
        isLast: () => this.#open.newest?.response === response,
        onHead: (saysClose) => {
          if (saysClose) this.#hasSaidClose = true;
          this.observer.headWritten(response);
        },
      });
    } catch (error) {
      this.observer.responseFailed(error);
    }
  }

  /** GOAWAY leaves with the end of the last answer there is: whoever waited for it has nothing on the wire. */
  #leaveWith(response: ServerResponse): void {
    if (this.#isClosed) return;
    onHeadWritten(response, () => this.observer.headWritten(response));
    beforeEnd(response, () => {
      const isLast = this.#open.all().every((other) => other.response === response || other.response.headersSent);
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
    for (const request of this.#open.all()) this.end(request);
    this.observer.connectionClosed(this);
  }
}

/** Shared by all responses, so that a request costs no closure. */
function onResponseClosed(this: ServerResponse): void {
  const request = trackedBy(this);
  request?.connection.end(request);
}

/** The connection that was last followed on a carrier. */
export function connectionOn(carrier: Carrier): Connection | undefined {
  return carrier[CONNECTION];
}

/** What carries a request: its HTTP/2 session, or its socket. */
export function carrierOf(request: IncomingMessage & { readonly stream?: { readonly session?: Carrier } }): Carrier {
  const socket: Carrier = request.socket;
  return request.httpVersionMajor >= 2 ? (request.stream?.session ?? socket) : socket;
}

/** The unfinished answer to a request, where only that is known. */
export function responseTo(request: IncomingMessage): ServerResponse | undefined {
  const requests = carrierOf(request)[CONNECTION]?.requests ?? [];
  return requests.find(({ response }) => response.req === request)?.response;
}

/** Whether a carrier is a plain or TLS socket. */
export function isSocket(carrier: Carrier): carrier is Socket {
  return 'remotePort' in carrier;
}
