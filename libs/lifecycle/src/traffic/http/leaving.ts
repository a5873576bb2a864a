import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock, nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type ShutdownState } from '../../phase/shutdown-state.js';
import { closeListener } from '../wire/accept-queue.js';
import { bodiesArrived } from './arriving-bodies.js';
import { type Connection } from './connection.js';
import { type Connections } from './connections.js';
import { isPreflight } from './cors/cors.js';
import { type ExemptPaths } from './exempt-paths.js';
import { type HttpServer, type HttpServers } from './http-servers.js';
import { arrivedIsRead, LINGER_MS } from './idle-connections.js';
import { type LateConnections } from './late-connections.js';
import { type LateRequests } from './late-requests.js';
import { BODY_MS } from '../wire/lingering-close.js';
import { stopListening } from '../wire/listener-handle.js';
import { OpenListeners } from './open-listeners.js';
import { gateRequests, type Serving } from '../wire/request-gate.js';

interface LeavingParts {
  readonly state: ShutdownState;
  readonly clock: Clock;
  readonly servers: HttpServers;
  readonly connections: Connections;
  readonly exempt: ExemptPaths;
  readonly late: LateRequests;
  readonly lateConnections: LateConnections;
  /** Called around the listeners of each request. */
  readonly serving: Serving;
  /** Awaited answers: how many are unfinished, and how many have ended so far. */
  readonly answers: () => { readonly open: number; readonly ended: number };
  /** Called when a response, which other code may have wrapped, threw. */
  readonly onError: (error: unknown) => void;
  /** Called when a server no longer listens, and other code has closed it. */
  readonly closedElsewhere: (where: string) => void;
}

/** How often to look for HTTP/2 streams that were cancelled without an event. */
const SWEEP_MS = 250;

/**
 * How HTTP servers stop serving, from `Connection: close` on every answer to the end of idle connections. Cuts no
 * request.
 */
export class Leaving {
  #isRefusing = false;
  #isClosed = false;
  #onTrafficChange: (() => void) | undefined;
  readonly #listeners = new OpenListeners();

  constructor(private readonly parts: LeavingParts) {}

  /** From this tick on every HTTP/1 answer says that its connection ends with it. */
  begin(): void {
    this.#listeners.begin(this.parts.servers.all());
    for (const server of this.parts.servers.all()) this.#gate(server);
    for (const connection of this.parts.connections.all()) connection.leave();
    this.#sweep();
  }

  /** A server is followed from now on. It stops serving like the others. */
  serverAttached(server: HttpServer): void {
    if (server.listening) this.#listeners.opened(server);
    if (this.#isClosed) stopListening(server);
    else if (this.parts.state.hasBegun) this.#gate(server);
  }

  /** A server listens from now on. If a boot that went on during the shutdown has opened it, it is closed again. */
  listens(server: HttpServer): void {
    if (this.#isClosed) void this.#closeAgain(server);
    else this.#listeners.opened(server);
  }

  /** A server has emitted `close`. */
  closed(server: HttpServer): void {
    this.#listeners.closed(server);
  }

  /**
   * The lame duck is over. Every listener had to stay open until now: reports those that the application has closed.
   */
  lameDuckOver(): void {
    for (const where of this.#listeners.closedElsewhere()) this.parts.closedElsewhere(where);
  }

  /** From now on requests that are not exempt get 503, before any framework sees them. */
  refuse(): void {
    this.#isRefusing = true;
    for (const server of this.parts.servers.all()) this.#withholdContinue(server);
  }

  /** Closes the listeners once the accept queue is empty. Connections that were accepted stay open. */
  async closeListeners(deadline: Deadline): Promise<void> {
    const { servers, connections, answers } = this.parts;
    const traffic = (): number => {
      const { open, ended } = answers();
      return connections.accepted + open + 2 * ended;
    };
    await Promise.all(servers.all().map((server) => closeListener(server, traffic, deadline)));
    this.#isClosed = true;
    for (const connection of connections.all()) connection.announceEnd();
    this.parts.lateConnections.begin();
  }

  /**
   * Waits a moment for clients to close their idle connections, and longer for those that still send the body of a request
   * that has been answered. Returns early when a request comes, and says so: the request may be answered by then, and the
   * other connections still need their moment.
   *
   * @param isBrief serves only what has arrived by now
   */
  async linger(
    deadline: Deadline,
    { isBrief }: { readonly isBrief: boolean },
  ): Promise<{ readonly hasServed: boolean }> {
    const { connections, answers } = this.parts;
    const before = answers().ended;
    const hasServed = (): boolean => answers().open > 0 || answers().ended > before;
    const isOver = (): boolean => hasServed() || !connections.hasIdle;
    if (!isOver()) {
      const trafficChanged = new Promise<void>((resolve) => {
        this.#onTrafficChange = () => (isOver() ? resolve() : undefined);
      });
      await (isBrief ? arrivedIsRead() : deadline.within(LINGER_MS).settle(trafficChanged));
      this.#onTrafficChange = undefined;
    }
    const bodies = isBrief || hasServed() ? undefined : bodiesArrived(connections.all());
    if (bodies !== undefined) await deadline.within(BODY_MS).settle(bodies);
    return { hasServed: hasServed() };
  }

  /** A request has come, or a connection has closed. */
  trafficChanged(): void {
    this.#onTrafficChange?.();
  }

  /** Closes connections that have nothing left to answer: idle, never used, or stuck in a request head. */
  closeIdle(): void {
    const { connections, answers, lateConnections } = this.parts;
    lateConnections.stop();
    for (const connection of connections.all()) {
      if (connection.isIdle && connection.carriesRequests) void connection.closeIdle();
    }
    if (answers().open === 0) connections.destroyUnsecured();
  }

  /** Repeats itself: no event reports a cancelled stream. */
  #sweep(): void {
    let hasHttp2 = false;
    for (const connection of this.parts.connections.all()) {
      if (connection.isHttp2) connection.sweep();
      hasHttp2 ||= connection.isHttp2;
    }
    if (hasHttp2) this.parts.clock.meanwhile(SWEEP_MS, () => this.#sweep());
  }

  #gate(server: HttpServer): void {
    this.parts.servers.keep(server, gateRequests(server, this.#isTurnedAway, this.parts.serving));
    if (this.#isRefusing) this.#withholdContinue(server);
  }

  readonly #isTurnedAway = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { clock, connections, exempt } = this.parts;
    const connection = connections.of(request);
    // Its client knows that it was not handled, and may send it again elsewhere (RFC 9112 §9.6).
    if (connection.hasSaidClose) {
      connection.ignore(request);
      return true;
    }
    // A preflight is answered by the application: a browser that gets our 503 for it would show a script nothing of the
    // 503.
    if (!this.#isRefusing || exempt.includes(request) || isPreflight(request)) return false;
    connection.start(response, clock.now(), 'refused');
    // By the next tick every request that was pipelined behind it is known: only the last answer may close.
    process.nextTick(() => this.parts.late.allowReading(response, () => this.#turnAway(connection, response)));
    return true;
  };

  #turnAway(connection: Connection, response: ServerResponse): void {
    try {
      this.parts.late.answer(response, { isLast: connection.requests.at(-1)?.response === response });
    } catch (error) {
      this.parts.onError(error);
    }
  }

  /**
   * Without a listener of `checkContinue`, Node asks the client to send the body, which would be refused all the same.
   */
  #withholdContinue(server: HttpServer): void {
    if (server.listenerCount('checkContinue') > 0) return;
    const goOn = (request: IncomingMessage, response: ServerResponse): void => {
      response.writeContinue();
      server.emit('request', request, response);
    };
    server.on('checkContinue', goOn);
    this.parts.servers.keep(server, () => server.off('checkContinue', goOn));
  }

  /** Waits a turn first, so that the code that opened the server gets its `listening` event. */
  async #closeAgain(server: HttpServer): Promise<void> {
    await nextTurn();
    stopListening(server);
  }
}
