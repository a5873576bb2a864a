import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Server as NetServer, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { type Clock, nextTurn } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { type InFlightWork, type Work, type WorkName, type WorkSource } from '../in-flight/in-flight-work.js';
import { AbandonedHandlers } from './abandoned-handlers.js';
import { closeListener, stopListening } from './accept-queue.js';
import { type Carrier, carrierOf, Connection, type ConnectionObserver } from './connection.js';
import { type ExemptPaths } from './exempt-paths.js';
import { type LateRequests } from './late-requests.js';
import { hasIdle, portsOfUpgraded } from './idle-connections.js';
import { type Notices } from './notices.js';
import { RawSockets } from './raw-sockets.js';
import { gateRequests } from './request-gate.js';
import { type RequestNames } from './request-name.js';
import { ServerListeners } from './server-listeners.js';
import { asWork, trackedBy, type TrackedRequest, wasDelivered } from './tracked-request.js';
import { nobodyListens, type TrafficListeners } from './traffic-listeners.js';

/** A Node HTTP, HTTPS or HTTP/2 server. */
export type HttpServer = NetServer;

interface HttpTrafficParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly exempt: ExemptPaths;
  readonly late: LateRequests;
  readonly notices: Notices;
  readonly names: RequestNames;
}

/** How long idle connections may linger after the last answer, so that a request on its way does not meet a reset. */
const LINGER_MS = 250;
/** How often streams are looked for that have gone without a word. */
const SWEEP_MS = 250;
/** A listener whose accept queue never empties is closed all the same after this. */
const ACCEPT_MS = 500;

/** Tracks every connection and response of the HTTP servers it is attached to, underneath any framework. */
export class HttpTraffic implements WorkSource, ConnectionObserver {
  readonly #listeners = new ServerListeners();
  readonly #connections = new Map<Carrier, Connection>();
  readonly #rawSockets = new RawSockets();
  readonly #abandoned = new AbandonedHandlers(() => this.#settle());
  ended = 0;
  #responses = 0;
  #accepted = 0;
  #newest: Connection | undefined;
  #isLeaving = false;
  #isRefusing = false;
  #isClosed = false;
  #onConnectionClosed: (() => void) | undefined;
  /** Monotonic milliseconds of the newest request that was no probe; only kept while leaving. */
  lastRequestAt = 0;
  readonly on: TrafficListeners = nobodyListens();

  constructor(private readonly parts: HttpTrafficParts) {
    parts.inFlight.addSource(this);
  }

  get notices(): Notices {
    return this.parts.notices;
  }

  get size(): number {
    return this.#responses + this.#abandoned.size;
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  get isListening(): boolean {
    return [...this.#listeners.servers].some((server) => server.listening);
  }

  /** Requests answered 503 because they came too late. */
  get refused(): number {
    return this.parts.late.refused;
  }

  *active(): Iterable<Work> {
    for (const request of this.requests()) {
      if (request.kind !== 'awaited') continue;
      yield asWork(request, 'response', this.#nameOf);
      if (request.isHandled) yield asWork(request, 'handler', this.#nameOf);
    }
    for (const request of this.#abandoned.requests()) yield asWork(request, 'handler', this.#nameOf);
  }

  /** Every request whose answer is unfinished, those nobody waits for included. */
  *requests(): Iterable<TrackedRequest> {
    for (const connection of this.#connections.values()) yield* connection.requests;
  }

  /** Requests to these paths are from now on neither waited for nor refused; they may end in `/*`. */
  exempt(paths: readonly string[]): void {
    this.parts.exempt.add(paths);
  }

  /** Starts tracking a server; before its framework's own listeners, so that nothing is missed. */
  attach(server: HttpServer): void {
    const listeners = this.#listeners;
    if (listeners.has(server)) return;
    listeners.add(server);
    if (this.#isClosed) stopListening(server);
    else if (this.#isLeaving) this.#gate(server);
    listeners.listen(server, 'request', this.#requestArrived);
    // Where these are listened to, their requests do not come as 'request', or only later.
    listeners.join(server, 'checkContinue', this.#requestArrived);
    listeners.join(server, 'checkExpectation', this.#requestArrived);
    listeners.listen(server, 'connection', (socket: Socket) => {
      this.#accepted += 1;
      if (server instanceof TlsServer) this.#rawSockets.add(socket);
      else this.#track(socket, false);
    });
    listeners.listen(server, 'secureConnection', (socket: Socket) => this.#track(socket, false));
    listeners.listen(server, 'session', (session: Carrier) => {
      // Node makes a session in the event of its socket.
      if (this.#newest !== undefined) this.#newest.isUpgraded = true;
      this.#newest = undefined;
      this.#track(session, true);
    });
    listeners.listen(server, 'listening', () => (this.#isClosed ? void this.#closeAgain(server) : undefined));
    listeners.join(server, 'upgrade', ({ socket }: IncomingMessage) => {
      const connection = this.#connections.get(socket);
      if (connection !== undefined) connection.isUpgraded = true;
    });
  }

  /** From this tick on every answer says that its connection ends with it. */
  leave(): void {
    this.#isLeaving = true;
    this.lastRequestAt = this.parts.clock.now();
    for (const server of this.#listeners.servers) this.#gate(server);
    for (const connection of this.#connections.values()) connection.leave();
    this.#sweep();
  }

  /** From now on requests that are not exempt get 503, before any framework sees them. */
  refuseLateRequests(): void {
    this.#isRefusing = true;
  }

  /** Stops accepting, once nothing waits in the accept queue, without touching the connections there are. */
  async closeListeners(deadline: Deadline): Promise<void> {
    const traffic = (): number => this.#accepted + this.#responses + 2 * this.ended;
    const until = deadline.within(ACCEPT_MS);
    await Promise.all([...this.#listeners.servers].map((server) => closeListener(server, traffic, until)));
    this.#isClosed = true;
    for (const connection of this.#connections.values()) connection.finish();
  }

  /**
   * Waits until clients have closed their idle connections, for a moment at most. Returns early when a request comes, and
   * says so: it may have been answered by then, and the others are still to be lingered for.
   */
  async linger(deadline: Deadline): Promise<{ readonly hasServed: boolean }> {
    const before = this.ended;
    const hasServed = (): boolean => this.#responses > 0 || this.ended > before;
    const isOver = (): boolean => hasServed() || !hasIdle(this.#connections.values(), this.#rawSockets.size);
    if (!isOver()) {
      const closed = new Promise<void>((resolve) => {
        this.#onConnectionClosed = () => (isOver() ? resolve() : undefined);
      });
      await deadline.within(LINGER_MS).settle(closed);
      this.#onConnectionClosed = undefined;
    }
    return { hasServed: hasServed() };
  }

  /** Closes connections that have nothing left to answer: idle, never used, or stuck in a request head. */
  closeIdleConnections(): void {
    for (const connection of this.#connections.values()) {
      if (connection.isIdle && !connection.isUpgraded) void connection.closeIdle();
    }
    if (this.#responses > 0) return;
    this.#rawSockets.destroyAllBut(portsOfUpgraded(this.#connections.values()));
  }

  /** Answers 503 where nothing has been sent yet and cuts the rest. */
  interrupt(): void {
    for (const connection of this.#connections.values()) {
      const { requests } = connection;
      for (const request of requests) {
        if (request.kind === 'awaited') this.#cut(request, request === requests.at(-1));
      }
    }
  }

  /** Again and again: no event tells of what is swept. */
  #sweep(): void {
    let hasHttp2 = false;
    for (const connection of this.#connections.values()) {
      if (connection.isHttp2) connection.sweep();
      hasHttp2 ||= connection.isHttp2;
    }
    if (hasHttp2) this.parts.clock.meanwhile(SWEEP_MS, () => this.#sweep());
  }

  #gate(server: HttpServer): void {
    this.#listeners.keep(server, gateRequests(server, this.#isTurnedAway));
  }

  readonly #isTurnedAway = (request: IncomingMessage, response: ServerResponse): boolean => {
    const connection = this.#connectionOf(request);
    // Its client knows that it was not looked at, and may send it again elsewhere (RFC 9112 §9.6).
    if (connection.hasSaidClose) {
      connection.ignore(request);
      return true;
    }
    const { clock, exempt, late } = this.parts;
    if (!this.#isRefusing || exempt.includes(request)) return false;
    connection.start(response, clock.now(), 'refused');
    late.answer(response);
    return true;
  };

  /** Opened by a boot that went on while the service stopped: closed once whoever opened it has heard that it is open. */
  async #closeAgain(server: HttpServer): Promise<void> {
    await nextTurn();
    stopListening(server);
  }

  #cut({ connection, response }: TrackedRequest, isLast: boolean): void {
    try {
      if (response.headersSent) connection.cut(response);
      else this.parts.late.cutShort(response, { isLast });
    } catch (error) {
      this.responseFailed(error);
      connection.carrier.destroy();
    }
  }

  /** Ends every connection, whatever it is doing. */
  destroyConnections(): void {
    for (const carrier of this.#connections.keys()) carrier.destroy();
    this.#rawSockets.destroyAll();
  }

  /** Takes everything off a server again. */
  detach(server: HttpServer): void {
    this.#listeners.remove(server);
  }

  /** Takes everything off all servers again. */
  detachAll(): void {
    for (const server of this.#listeners.servers) this.detach(server);
  }

  requestStarted({ kind }: TrackedRequest): void {
    if (kind !== 'awaited') return;
    this.#responses += 1;
    this.#onConnectionClosed?.();
  }

  requestEnded(request: TrackedRequest): void {
    if (request.kind === 'exempt' && this.#isLeaving && wasDelivered(request.response)) {
      this.on.exemptAnswered(request.response);
    }
    if (request.kind !== 'awaited') return;
    if (request.isHandled) this.#abandoned.follow(request);
    this.#responses -= 1;
    this.ended += 1;
    this.#settle();
  }

  responseFailed(error: unknown): void {
    this.on.error(error);
  }

  headWritten(response: ServerResponse): void {
    this.on.headWritten(response);
  }

  connectionClosed(connection: Connection): void {
    this.#connections.delete(connection.carrier);
    // Its socket keeps the last answer, and whoever waits for that.
    if (this.#newest === connection) this.#newest = undefined;
    this.#onConnectionClosed?.();
  }

  readonly #requestArrived = (request: IncomingMessage, response: ServerResponse): void => {
    // Handed over by whoever decided on its expectation.
    if (trackedBy(response) !== undefined) return;
    const { clock, exempt } = this.parts;
    const kind = exempt.includes(request) ? 'exempt' : 'awaited';
    const now = clock.now();
    this.#connectionOf(request).start(response, now, kind);
    if (this.#isLeaving && kind === 'awaited') this.lastRequestAt = now;
  };

  #settle(): void {
    if (this.size === 0) this.parts.inFlight.settled();
  }

  readonly #nameOf = (response: ServerResponse): WorkName => {
    const name = this.parts.names.nameOf(response);
    return this.on.isLongLived(response) ? { ...name, isLongLived: true } : name;
  };

  /** One that was there before its server was attached shows with its first request. */
  #connectionOf(request: IncomingMessage): Connection {
    const carrier = carrierOf(request);
    return this.#connections.get(carrier) ?? this.#track(carrier, request.httpVersionMajor >= 2);
  }

  #track(carrier: Carrier, isHttp2: boolean): Connection {
    const connection = new Connection(carrier, this, isHttp2);
    this.#connections.set(carrier, connection);
    this.#newest = connection;
    return connection;
  }
}
