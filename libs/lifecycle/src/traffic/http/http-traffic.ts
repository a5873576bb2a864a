import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { RecentTime } from '../../deadline/recent-time.js';
import { Emitter } from '../../events/emitter.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { type InFlightItem, type Work, type WorkName } from '../../in-flight/work.js';
import { type Haste, type Intake } from '../../in-flight/work-source.js';
import { type OwnLastWord, type Source } from '../../in-flight/work-sources.js';
import { type ShutdownState } from '../../phase/shutdown-state.js';
import { AbandonedHandlers } from './abandoned-handlers.js';
import { type Connection, type ConnectionObserver } from './connection.js';
import { Connections } from './connections.js';
import { interruptRequests } from './cutting.js';
import { type ExemptPaths } from './exempt-paths.js';
import { ExemptRequests } from './exempt-requests.js';
import { type HttpServer, HttpServers } from './http-servers.js';
import { LateConnections, type LateCounts } from './late-connections.js';
import { type LateRequests } from './late-requests.js';
import { Leaving } from './leaving.js';
import { type Notices } from '../../in-flight/notices.js';
import { type Serving } from '../wire/request-gate.js';
import { type RequestNames } from './request-name.js';
import { asWork, trackedBy, type TrackedRequest } from './tracked-request.js';

interface HttpTrafficParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly state: ShutdownState;
  readonly exempt: ExemptPaths;
  readonly late: LateRequests;
  readonly notices: Notices;
  readonly names: RequestNames;
  /** Whether requests that come while it drains are answered 503; otherwise they are served. */
  readonly refusesLate: boolean;
  /** Whether an answer belongs to a long-lived request. */
  readonly isLongLived: (response: ServerResponse) => boolean;
  /** Called around the listeners of each request, while the service leaves. */
  readonly serving: Serving;
  /** Called when a response, which other code may have wrapped, threw. */
  readonly onError: (error: unknown) => void;
  /** Called when connections that brought late requests were closed at their limit. */
  readonly onLateLimit: (counts: LateCounts) => void;
  /** Called when other code closed a server before the lame duck was over. */
  readonly onClosedElsewhere: (where: string) => void;
  /** Called when exempt requests were cut. */
  readonly onExemptCut: (items: readonly InFlightItem[]) => void;
}

/**
 * Counts every response of the HTTP servers it is attached to, below any framework, and stops those servers step by
 * step.
 */
export class HttpTraffic implements Source, ConnectionObserver {
  readonly name = 'HTTP requests';
  readonly intake: Intake;
  readonly connections: Connections;
  readonly #servers: HttpServers;
  readonly #leaving: Leaving;
  readonly #lateConnections: LateConnections;
  readonly #recently: RecentTime;
  /** The requests that are not waited for: a source of its own. */
  readonly exemptRequests: ExemptRequests;
  /** Emits when the head of an answer was written, while the service leaves. */
  readonly headWrittenTo = new Emitter<ServerResponse>();
  readonly connectionEnded = new Emitter<Connection>();
  #onAnswerEnded: ((request: TrackedRequest) => void) | undefined;
  #followServer: ((server: HttpServer) => () => void) | undefined;
  readonly #abandoned = new AbandonedHandlers(() => this.#requestOver());
  /** How many requests are over: answered or given up, and without a running handler. */
  ended = 0;
  #responses = 0;
  #responsesEnded = 0;
  /** Monotonic milliseconds of the newest request that was not exempt; only set while the service leaves. */
  lastArrivalAt = 0;

  constructor(private readonly parts: HttpTrafficParts) {
    const connections = new Connections(this);
    const servers = new HttpServers(connections, {
      attached: (server) => this.#leaving.serverAttached(server),
      listens: (server) => this.#leaving.listens(server),
      closed: (server) => this.#leaving.closed(server),
      upgradeArrived: () => this.#upgradeArrived(),
      requestArrived: this.#requestArrived,
    });
    const answers = (): { open: number; ended: number } => ({ open: this.#responses, ended: this.#responsesEnded });
    const { clock, state, exempt, late, serving, onError } = parts;
    this.intake = parts.refusesLate ? 'idle' : 'last';
    this.connections = connections;
    this.#servers = servers;
    this.#recently = new RecentTime(clock);
    const active = (): readonly Work[] => parts.inFlight.active();
    this.#lateConnections = new LateConnections({ clock, connections, active, onLimit: parts.onLateLimit });
    this.#leaving = new Leaving({
      state,
      lateConnections: this.#lateConnections,
      clock,
      servers,
      connections,
      exempt,
      late,
      answers,
      serving,
      onError,
      closedElsewhere: parts.onClosedElsewhere,
    });
    this.exemptRequests = new ExemptRequests({ clock, connections, nameOf: this.#nameOf, onCut: parts.onExemptCut });
  }

  get notices(): Notices {
    return this.parts.notices;
  }

  get size(): number {
    return this.#responses + this.#abandoned.size;
  }

  get isLeaving(): boolean {
    return this.parts.state.hasBegun;
  }

  get isListening(): boolean {
    return this.#servers.isListening;
  }

  /** Whether an answer belongs to a long-lived request. */
  isLongLived(response: ServerResponse): boolean {
    return this.parts.isLongLived(response);
  }

  *active(): Iterable<Work> {
    for (const request of this.requests()) {
      if (request.kind !== 'awaited') continue;
      yield asWork(request, 'response', this.#nameOf);
      if (request.isWorkedOn) yield asWork(request, 'handler', this.#nameOf);
    }
    for (const request of this.#abandoned.requests()) yield asWork(request, 'handler', this.#nameOf);
  }

  /** Every request whose answer is unfinished, including those that the drain does not wait for. */
  requests(): Iterable<TrackedRequest> {
    return this.connections.requests();
  }

  /** Requests to these paths are from now on neither waited for nor refused; they may end in `/*`. */
  exempt(paths: readonly string[]): void {
    this.parts.exempt.add(paths);
  }

  /** Starts tracking a server; before its framework's own listeners, so that nothing is missed. */
  attach(server: HttpServer): void {
    const isNew = !this.#servers.includes(server);
    this.#servers.attach(server);
    if (isNew && this.#followServer !== undefined) this.keep(server, this.#followServer(server));
  }

  /** Whether a server is followed. */
  follows(server: HttpServer): boolean {
    return this.#servers.includes(server);
  }

  /** Adds an undo, which is called when the server is detached. */
  keep(server: HttpServer, undo: () => void): void {
    this.#servers.keep(server, undo);
  }

  /** Adds a request that came before its server was followed. */
  adopt(response: ServerResponse): void {
    this.#requestArrived(response.req, response);
  }

  /** Removes from a server all that was added to it. */
  detach(server: HttpServer): void {
    this.#servers.detach(server);
  }

  /** Does that for all servers. */
  detachAll(): void {
    this.#servers.detachAll();
  }

  /** From this tick on every HTTP/1 answer says that its connection ends with it. */
  leave(): void {
    this.lastArrivalAt = this.parts.clock.now();
    this.#leaving.begin();
  }

  beginDrain(): void {
    if (this.parts.refusesLate) this.refuseLateRequests();
  }

  /** Reports listeners that the application has closed during the lame duck. */
  afterLameDuck(): void {
    this.#leaving.lameDuckOver();
  }

  /** From now on requests that are not exempt get 503, before any framework sees them. */
  refuseLateRequests(): void {
    this.#leaving.refuse();
  }

  /** Closes the listeners once the accept queue is empty. Connections that were accepted stay open. */
  stopIntake(deadline: Deadline): Promise<void> {
    return this.#leaving.closeListeners(deadline);
  }

  /** Waits a moment for clients to close their idle connections, or until a request comes. */
  linger(deadline: Deadline, haste: Haste): Promise<{ readonly hasServed: boolean }> {
    return this.#leaving.linger(deadline, haste);
  }

  /** Answers 503 where nothing has been sent yet, and cuts the rest. What comes meanwhile is refused: nothing would wait for it. */
  end(): void {
    const { late, onError } = this.parts;
    this.refuseLateRequests();
    interruptRequests(this.connections, { late, onError });
  }

  /** Destroys every connection, busy or idle, but those that the application has upgraded. */
  terminate(): void {
    this.connections.destroyAllButUpgraded();
  }

  /** Closes connections that have nothing left to answer: idle, never used, or stuck in a request head. */
  close(): void {
    this.#leaving.closeIdle();
  }

  destroy(): void {
    this.terminate();
  }

  lastWord(): OwnLastWord {
    return { refused: this.parts.late.refused, sections: { lateConnections: this.#lateConnections.counts } };
  }

  /** Calls back at the end of each answer that is waited for: where requests are measured. */
  followAnswers(onAnswerEnded: (request: TrackedRequest) => void): void {
    this.#onAnswerEnded = onAnswerEnded;
  }

  /** Calls back with each server, now and when it is attached; it returns an undo. There is one at most: where requests are traced. */
  followServers(follow: (server: HttpServer) => () => void): void {
    this.#followServer = follow;
    for (const server of this.#servers.all()) this.keep(server, follow(server));
  }

  requestStarted({ kind }: TrackedRequest): void {
    if (kind !== 'awaited') return;
    this.#responses += 1;
    this.#lateConnections.requestStarted();
    this.#leaving.trafficChanged();
  }

  requestEnded(request: TrackedRequest): void {
    if (this.isLeaving) request.connection.idleFrom(this.parts.clock.now());
    if (request.kind === 'exempt' && this.isLeaving) this.exemptRequests.requestEnded(request);
    if (request.kind !== 'awaited') return;
    this.#onAnswerEnded?.(request);
    this.#responses -= 1;
    this.#responsesEnded += 1;
    if (request.isOver) this.#requestOver();
    else if (!this.#abandoned.follow(request)) request.whenOver(() => this.#requestOver());
  }

  routed(request: TrackedRequest, pattern: string | undefined): void {
    // After the drain no request is waited for.
    if (this.parts.state.isDrained || !this.parts.exempt.isTakenOutByRoute(request.response.req, pattern)) return;
    request.takeOut();
    this.requestStarted(request);
  }

  responseFailed(error: unknown): void {
    this.parts.onError(error);
  }

  headWritten(response: ServerResponse): void {
    this.headWrittenTo.emit(response);
  }

  connectionClosed(connection: Connection): void {
    this.connections.closed(connection);
    this.#leaving.trafficChanged();
    this.connectionEnded.emit(connection);
  }

  readonly #requestArrived = (request: IncomingMessage, response: ServerResponse): void => {
    // It has come before, and an expectation listener has passed it on as 'request'.
    if (trackedBy(response) !== undefined) return;
    const kind = this.parts.exempt.includes(request) ? 'exempt' : 'awaited';
    // Only an age in the report depends on it, unless the service leaves or measures its requests.
    const isExact = this.isLeaving || this.#onAnswerEnded !== undefined;
    const now = isExact ? this.parts.clock.now() : this.#recently.now();
    this.connections.of(request).start(response, now, kind);
    if (this.isLeaving && kind === 'awaited') this.lastArrivalAt = now;
  };

  #upgradeArrived(): void {
    if (this.isLeaving) this.lastArrivalAt = this.parts.clock.now();
  }

  #requestOver(): void {
    this.ended += 1;
    if (this.size === 0) this.parts.inFlight.settled();
  }

  readonly #nameOf = (response: ServerResponse): WorkName => {
    const name = this.parts.names.nameOf(response);
    return this.parts.isLongLived(response) ? { ...name, isLongLived: true } : name;
  };
}
