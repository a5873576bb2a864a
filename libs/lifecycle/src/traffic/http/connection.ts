import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Socket } from 'node:net';
import { nextTurn } from '../../deadline/clock.js';
import { answerFollower } from '../wire/answer-end.js';
import { sayConnectionCloses } from '../wire/connection-close.js';
import { beforeEnd, type Http2Carrier, sayGoaway } from '../wire/goaway.js';
import { onHeadWritten } from '../wire/head-written.js';
import { type Notices } from '../../in-flight/notices.js';
import { OpenRequests } from './open-requests.js';
import { type RequestConnection, type RequestKind, trackedBy, TrackedRequest } from './tracked-request.js';

/** Where a socket or session has the record of its connection. */
const CONNECTION = Symbol('nestjs-lifecycle.connection');

/** A client that keeps to RFC 9112 §9.6 stops sending before this many requests. */
const MOST_IGNORED = 16;

/** Error code of HTTP/2 (RFC 9113 §7). */
const CANCEL = 8;

/** What carries requests: a TCP or TLS socket, or an HTTP/2 session. */
export interface Carrier extends Http2Carrier {
  [CONNECTION]?: Connection;
  destroy(): unknown;
  /** On a socket: sends what is buffered, and then ends this side. */
  end?(): unknown;
  on(event: 'close', listener: () => void): unknown;
}

/** The private part of an HTTP/2 response: its stream. */
interface Http2Answer {
  readonly stream?: { readonly closed?: boolean; readonly destroyed?: boolean; destroy?(): unknown };
}

function endClosedStream({ stream }: ServerResponse & Http2Answer): void {
  if (stream?.closed === true && stream.destroyed === false) stream.destroy?.();
}

/** What is known of a connection when it is found. */
export interface ConnectionTraits {
  readonly isHttp2?: boolean;
  /** Whether a server has accepted it, and serves HTTP/1 on it. */
  readonly isAccepted?: boolean;
}

/** The object a connection reports its events to. */
export interface ConnectionObserver {
  readonly isLeaving: boolean;
  readonly notices: Notices;
  requestStarted(request: TrackedRequest): void;
  /** Its answer is over, sent or not. */
  requestEnded(request: TrackedRequest): void;
  /** The head of an answer was written while the service leaves. */
  headWritten(response: ServerResponse): void;
  connectionClosed(connection: Connection): void;
  /** An exempt request has been matched to a route. The route may be one that is not exempt. */
  routed(request: TrackedRequest, pattern: string | undefined): void;
  /** A response, which other code may have wrapped, threw when it was called. */
  responseFailed(error: unknown): void;
}

const followAnswer = answerFollower((response) => {
  const request = trackedBy(response);
  request?.connection.end(request);
});

/**
 * One connection and its unfinished requests, in order. A pipelined response whose turn never came emits no event when
 * the socket closes, so the connection ends every open request when it closes.
 */
export class Connection implements RequestConnection {
  readonly isHttp2: boolean;
  /** Its socket, where Node serves HTTP/1 on it. */
  readonly #socket: Socket | undefined;
  readonly #open = new OpenRequests();
  #isClosed = false;
  #hasSaidGoaway = false;
  #hasSaidClose = false;
  #idleSince = 0;
  #ignored = 0;
  #isBelowSession = false;
  #arriving: IncomingMessage | undefined = undefined;
  #upgradedBy: string | undefined = undefined;

  constructor(
    readonly carrier: Carrier,
    private readonly observer: ConnectionObserver,
    { isHttp2 = false, isAccepted = false }: ConnectionTraits = {},
  ) {
    this.isHttp2 = isHttp2;
    this.#socket = isAccepted && isSocket(carrier) ? carrier : undefined;
    carrier[CONNECTION] = this;
    carrier.on('close', () => this.#close());
  }

  /** Whether the connection was followed for this observer. Several applications may follow one server. */
  belongsTo(observer: ConnectionObserver): boolean {
    return this.observer === observer;
  }

  get notices(): Notices {
    return this.observer.notices;
  }

  /** Whether it is a TLS socket, whose TCP socket is known as well. */
  get isSecure(): boolean {
    return 'encrypted' in this.carrier && this.carrier.encrypted === true;
  }

  /** Monotonic milliseconds at the end of its newest answer; only set while the service leaves. */
  get idleSince(): number {
    return this.#idleSince;
  }

  idleFrom(now: number): void {
    this.#idleSince = now;
  }

  get isIdle(): boolean {
    return this.#open.isEmpty;
  }

  /**
   * Whether it carries requests itself. Other connections (upgraded, or below a session) must not be closed when idle.
   */
  get carriesRequests(): boolean {
    return !this.#isBelowSession && this.#upgradedBy === undefined;
  }

  /** Whether an answer has said that the connection ends with it. Requests behind that answer are ignored. */
  get hasSaidClose(): boolean {
    return this.#hasSaidClose;
  }

  /** The name of the request that upgraded it (`GET /chat`), once it speaks a protocol that is not known here. */
  get upgradedBy(): string | undefined {
    return this.#upgradedBy;
  }

  /** It speaks another protocol from now on. */
  upgraded(by: string): void {
    this.#upgradedBy = by;
  }

  /** An HTTP/2 session begins on it. The session is a connection of its own, and closes this one when it ends. */
  carriesSession(): void {
    this.#isBelowSession = true;
  }

  /** Whether its peer has ended it, by a FIN or a reset. Not known of a session. */
  get hasPeerLeft(): boolean {
    return isSocket(this.carrier) && (this.carrier.readableEnded || this.carrier.errored !== null);
  }

  /** Whether this side has ended it. Not known of a session. */
  get isEndedHere(): boolean {
    return isSocket(this.carrier) && !this.hasPeerLeft;
  }

  /** The request of HTTP/1 that has been answered, and whose body still arrives. */
  get arriving(): IncomingMessage | undefined {
    const isArriving = this.#arriving?.complete === false && !this.#arriving.destroyed;
    return isArriving ? this.#arriving : undefined;
  }

  /** The unfinished requests, in order. */
  get requests(): readonly TrackedRequest[] {
    return this.#open.all();
  }

  /** A request has arrived, which `response` will answer. */
  start(response: ServerResponse, now: number, kind: RequestKind): void {
    const request = new TrackedRequest(response, this, now, kind);
    this.#open.add(request);
    followAnswer(response, this.#socket);
    this.observer.requestStarted(request);
    if (!this.observer.isLeaving) return;
    if (this.isHttp2) this.#leaveWith(response);
    else this.#sayConnectionCloses(response);
  }

  /** From now on the newest unsent answer says that this connection ends with it. */
  leave(): void {
    const { newest } = this.#open;
    if (this.isHttp2) for (const { response } of this.#open.all()) this.#leaveWith(response);
    else if (newest !== undefined) this.#sayConnectionCloses(newest.response);
  }

  /**
   * No more requests are expected on this connection: a busy session sends GOAWAY, unless an answer has sent it before.
   */
  announceEnd(): void {
    if (this.isHttp2 && !this.isIdle) this.#sayGoaway();
  }

  /** Cuts an answer that has begun: over HTTP/2 its stream, over HTTP/1 the connection. */
  cut(response: ServerResponse & { readonly stream?: { close?(code: number): unknown } }): void {
    if (this.isHttp2) response.stream?.close?.(CANCEL);
    else this.carrier.destroy();
  }

  /**
   * Destroys streams of HTTP/2 that their client has cancelled: while data is pending, Node may never destroy them and
   * never emit `close`.
   */
  sweep(): void {
    for (const { response } of this.#open.all()) endClosedStream(response);
  }

  /**
   * Ends this side right behind an answer whose head has not said `Connection: close`. A client that gets both at once
   * does not use the connection again. Requests that it has sent by then are ignored.
   */
  hangUp(): void {
    this.#hasSaidClose = true;
    this.carrier.end?.();
  }

  /** Closes a connection that has nothing to answer; a session sends GOAWAY first. */
  async closeIdle(): Promise<void> {
    if (this.isHttp2) {
      this.carrier.close?.();
      // Node writes GOAWAY at the end of this turn.
      await nextTurn();
      await nextTurn();
    }
    this.carrier.destroy();
  }

  /**
   * A request has come behind the answer that ends the connection. It gets no answer, so a client that sends without
   * end would not be slowed down by one. After a few such requests the socket is paused.
   */
  ignore(request: IncomingMessage): void {
    this.#ignored += 1;
    // Node resumes the socket in a tick of its own at the end of each message, and when the answer flows again.
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
    const { req: received } = request.response;
    this.#arriving = received.complete || this.isHttp2 ? undefined : received;
    this.observer.requestEnded(request);
  }

  #sayConnectionCloses(response: ServerResponse): void {
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

  /**
   * Sends GOAWAY together with the end of the last open answer: a client that waited for that answer has nothing on the
   * wire.
   */
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

/** The connection that was last recorded on a carrier. */
export function connectionOn(carrier: Carrier): Connection | undefined {
  return carrier[CONNECTION];
}

/** What carries a request: its HTTP/2 session, or its socket. */
export function carrierOf(request: IncomingMessage & { readonly stream?: { readonly session?: Carrier } }): Carrier {
  const socket: Carrier = request.socket;
  return request.httpVersionMajor >= 2 ? (request.stream?.session ?? socket) : socket;
}

/** The unfinished answer to a request. */
export function responseTo(request: IncomingMessage): ServerResponse | undefined {
  const requests = carrierOf(request)[CONNECTION]?.requests ?? [];
  return requests.find(({ response }) => response.req === request)?.response;
}

/** Whether a carrier is a plain or TLS socket. */
export function isSocket(carrier: Carrier): carrier is Socket {
  return 'remotePort' in carrier;
}
