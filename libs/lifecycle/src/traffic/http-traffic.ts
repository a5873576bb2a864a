import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import {
  type InFlightItem,
  type InFlightWork,
  type Work,
  type WorkName,
  type WorkSource,
} from '../in-flight/in-flight-work.js';
import { AbandonedHandlers } from './abandoned-handlers.js';
import { type Connection, type ConnectionObserver } from './connection.js';
import { Connections } from './connections.js';
import { CutExempt } from './cut-exempt.js';
import { interruptRequests } from './cutting.js';
import { type ExemptPaths } from './exempt-paths.js';
import { type HttpServer, HttpServers } from './http-servers.js';
import { LateConnections, type LateCounts } from './late-connections.js';
import { type LateRequests } from './late-requests.js';
import { Leaving } from './leaving.js';
import { type Notices } from './notices.js';
import { type RequestNames } from './request-name.js';
import { asWork, trackedBy, type TrackedRequest } from './tracked-request.js';
import { nobodyListens, type TrafficListeners } from './traffic-listeners.js';
import { UpgradedSockets } from './upgraded-sockets.js';

interface HttpTrafficParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly exempt: ExemptPaths;
  readonly late: LateRequests;
  readonly notices: Notices;
  readonly names: RequestNames;
}

/** Counts every response of the HTTP servers it is attached to, underneath any framework, and lets them leave. */
export class HttpTraffic implements WorkSource, ConnectionObserver {
  readonly #connections: Connections;
  readonly #servers: HttpServers;
  readonly #leaving: Leaving;
  readonly #lateConnections: LateConnections;
  readonly #cutExempt: CutExempt;
  /** Those that the application has upgraded by itself. */
  readonly upgraded: UpgradedSockets;
  readonly #abandoned = new AbandonedHandlers(() => this.#requestOver());
  /** Requests that are over: answered or given up, with no handler that goes on. */
  ended = 0;
  #responses = 0;
  #isDrained = false;
  /** Exempt requests that were unfinished when the drain ended. */
  exemptLeft = 0;
  #responsesEnded = 0;
  /** Monotonic milliseconds of the newest request that was no probe; only kept while leaving. */
  lastRequestAt = 0;
  readonly on: TrafficListeners = nobodyListens();

  constructor(private readonly parts: HttpTrafficParts) {
    const connections = new Connections(this);
    const servers = new HttpServers(connections, {
      attached: (server) => this.#leaving.join(server),
      listens: (server) => this.#leaving.listens(server),
      closed: (server) => this.#leaving.closed(server),
      requestArrived: this.#requestArrived,
    });
    const answers = (): { open: number; ended: number } => ({ open: this.#responses, ended: this.#responsesEnded });
    const { clock, exempt, late } = parts;
    this.#connections = connections;
    this.#servers = servers;
    this.#lateConnections = new LateConnections({
      clock,
      connections,
      active: () => parts.inFlight.active(),
      onLimit: (counts) => this.on.lateLimit(counts),
    });
    this.#leaving = new Leaving({
      lateConnections: this.#lateConnections,
      clock,
      servers,
      connections,
      exempt,
      late,
      answers,
      serving: (response, serve) => this.on.serving(response, serve),
      onError: (error) => this.responseFailed(error),
      closedElsewhere: (where) => this.on.closedElsewhere(where),
    });
    this.#cutExempt = new CutExempt({ clock, connections, nameOf: this.#nameOf });
    this.upgraded = new UpgradedSockets({ connections, followed: () => this.on.followedSockets() });
    parts.inFlight.addSource(this);
  }

  get notices(): Notices {
    return this.parts.notices;
  }

  get size(): number {
    return this.#responses + this.#abandoned.size;
  }

  get isLeaving(): boolean {
    return this.#leaving.hasBegun;
  }

  get isListening(): boolean {
    return this.#servers.isListening;
  }

  /** Requests answered 503 because they came too late. */
  get refused(): number {
    return this.parts.late.refused;
  }

  /** What came on connections that were open when the listener was closed. */
  get lateConnections(): LateCounts {
    return this.#lateConnections.counts;
  }

  *active(): Iterable<Work> {
    for (const request of this.requests()) {
      if (request.kind !== 'awaited') continue;
      yield asWork(request, 'response', this.#nameOf);
      if (request.isHandled && !request.awaitsAnswer) yield asWork(request, 'handler', this.#nameOf);
    }
    for (const request of this.#abandoned.requests()) yield asWork(request, 'handler', this.#nameOf);
  }

  /** Every request whose answer is unfinished, those nobody waits for included. */
  requests(): Iterable<TrackedRequest> {
    return this.#connections.requests();
  }

  /** Requests to these paths are from now on neither waited for nor refused; they may end in `/*`. */
  exempt(paths: readonly string[]): void {
    this.parts.exempt.add(paths);
  }

  /** Starts tracking a server; before its framework's own listeners, so that nothing is missed. */
  attach(server: HttpServer): void {
    this.#servers.attach(server);
  }

  /** Whether a server is followed. */
  follows(server: HttpServer): boolean {
    return this.#servers.includes(server);
  }

  /** A request that came before its server was followed. */
  adopt(response: ServerResponse): void {
    this.#requestArrived(response.req, response);
  }

  /** Takes everything off a server again. */
  detach(server: HttpServer): void {
    this.#servers.detach(server);
  }

  /** Takes everything off all servers again. */
  detachAll(): void {
    this.#servers.detachAll();
  }

  /** From this tick on every answer says that its connection ends with it. */
  leave(): void {
    this.lastRequestAt = this.parts.clock.now();
    this.#leaving.begin();
    this.upgraded.begin();
  }

  /** The lame duck is over: tells of listeners that the application has closed by itself. */
  lameDuckOver(): void {
    this.#leaving.lameDuckOver();
  }

  /** From now on requests that are not exempt get 503, before any framework sees them. */
  refuseLateRequests(): void {
    this.#leaving.refuse();
  }

  /** Stops accepting, once nothing waits in the accept queue, without touching the connections there are. */
  closeListeners(deadline: Deadline): Promise<void> {
    return this.#leaving.closeListeners(deadline);
  }

  /** Waits until clients have closed their idle connections, for a moment at most, or until a request comes. */
  linger(deadline: Deadline, options: { readonly isBrief: boolean }): Promise<{ readonly hasServed: boolean }> {
    return this.#leaving.linger(deadline, options);
  }

  /** Closes connections that have nothing left to answer: idle, never used, or stuck in a request head. */
  closeIdleConnections(): void {
    this.#isDrained = true;
    this.exemptLeft = [...this.requests()].filter(({ kind }) => kind === 'exempt').length;
    this.#leaving.closeIdle();
  }

  /** Answers 503 where nothing has been sent yet and cuts the rest. */
  interrupt(): void {
    const { late } = this.parts;
    interruptRequests(this.#connections, { late, onError: (error) => this.responseFailed(error) });
  }

  /** Ends every connection, whatever it is doing, but for those that the application has upgraded by itself. */
  destroyConnections(): void {
    this.#cutExempt.cutAll();
    this.#connections.destroyAllButUpgraded();
  }

  /** All hooks have been called that could have ended anything: what this side ends from now on was cut. */
  lastCall(): void {
    this.#cutExempt.lastCall();
    this.upgraded.lastCall();
  }

  /** Ends every connection there is. */
  terminate(): void {
    this.destroyConnections();
    this.upgraded.terminate();
  }

  /** Exempt requests that were cut: at the end, all that have not been answered by now. */
  cutExempt(): readonly InFlightItem[] {
    this.#cutExempt.cutAll();
    return this.#cutExempt.items();
  }

  requestStarted({ kind }: TrackedRequest): void {
    if (kind !== 'awaited') return;
    this.#responses += 1;
    this.#lateConnections.requestStarted();
    this.#leaving.stirred();
  }

  requestEnded(request: TrackedRequest): void {
    if (this.isLeaving) request.connection.idleSince = this.parts.clock.now();
    if (request.kind === 'exempt' && this.isLeaving) this.#cutExempt.ended(request);
    if (request.kind !== 'awaited') return;
    this.#responses -= 1;
    this.#responsesEnded += 1;
    // Whoever has left a handler behind is counted when that has ended.
    if (!this.#abandoned.follow(request) && request.resolvers === 0) this.#requestOver();
  }

  routed(request: TrackedRequest, pattern: string | undefined): void {
    // Nothing is waited for any more.
    if (this.#isDrained || !this.parts.exempt.isTakenOutByRoute(request.response.req, pattern)) return;
    request.kind = 'awaited';
    this.requestStarted(request);
  }

  responseFailed(error: unknown): void {
    this.on.error(error);
  }

  headWritten(response: ServerResponse): void {
    this.on.headWritten(response);
  }

  connectionClosed(connection: Connection): void {
    this.#connections.closed(connection);
    this.#leaving.stirred();
    this.upgraded.connectionClosed(connection);
  }

  readonly #requestArrived = (request: IncomingMessage, response: ServerResponse): void => {
    // Handed over by whoever decided on its expectation.
    if (trackedBy(response) !== undefined) return;
    const { clock, exempt } = this.parts;
    const kind = exempt.includes(request) ? 'exempt' : 'awaited';
    const now = clock.now();
    this.#connections.of(request).start(response, now, kind);
    if (this.isLeaving && kind === 'awaited') this.lastRequestAt = now;
  };

  #requestOver(): void {
    this.ended += 1;
    if (this.size === 0) this.parts.inFlight.settled();
  }

  readonly #nameOf = (response: ServerResponse): WorkName => {
    const name = this.parts.names.nameOf(response);
    return this.on.isLongLived(response) ? { ...name, isLongLived: true } : name;
  };
}
