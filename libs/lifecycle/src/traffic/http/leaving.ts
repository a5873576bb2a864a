import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Clock, nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type ShutdownState } from '../../phase/shutdown-state.js';
import { closeListener } from '../wire/accept-queue.js';
import { type Connection } from './connection.js';
import { type Connections } from './connections.js';
import { isPreflight } from './cors/cors.js';
import { type ExemptPaths } from './exempt-paths.js';
import { type HttpServer, type HttpServers } from './http-servers.js';
import { arrivedIsRead, LINGER_MS } from './idle-connections.js';
import { type LateConnections } from './late-connections.js';
import { type LateRequests } from './late-requests.js';
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
  /** Around all that serves a request. */
  readonly serving: Serving;
  /** Answers that are waited for: unfinished ones, and those that have ended so far. */
  readonly answers: () => { readonly open: number; readonly ended: number };
  /** A response, which others may have wrapped, threw at what was done to it. */
  readonly onError: (error: unknown) => void;
  /** A server no longer listens, and it was not this side that closed it. */
  readonly closedElsewhere: (where: string) => void;
}

/** How often streams are looked for that have gone without a word. */
const SWEEP_MS = 250;
/** A listener whose accept queue never empties is closed all the same after this. */
const ACCEPT_MS = 500;

/** How HTTP servers stop serving, from the notice in every answer to the end of idle connections; nothing is cut. */
export class Leaving {
  #isRefusing = false;
  #isClosed = false;
  #onStir: (() => void) | undefined;
  readonly #listeners = new OpenListeners();

  constructor(private readonly parts: LeavingParts) {}

  /** From this tick on every answer says that its connection ends with it. */
  begin(): void {
    this.#listeners.begin(this.parts.servers.all());
    for (const server of this.parts.servers.all()) this.#gate(server);
    for (const connection of this.parts.connections.all()) connection.leave();
    this.#sweep();
  }

  /** A server that is followed from now on stops serving like the others. */
  join(server: HttpServer): void {
    if (server.listening) this.#listeners.opened(server);
    if (this.#isClosed) stopListening(server);
    else if (this.parts.state.hasBegun) this.#gate(server);
  }

  /** A server listens from now on: one opened by a boot that went on while the service stopped is closed again. */
  listens(server: HttpServer): void {
    if (this.#isClosed) void this.#closeAgain(server);
    else this.#listeners.opened(server);
  }

  /** A server tells that it is closed. */
  closed(server: HttpServer): void {
    this.#listeners.closed(server);
  }

  /** The lame duck is over, in which every listener was to stay open: tells of those that the application has closed. */
  lameDuckOver(): void {
    for (const where of this.#listeners.closedElsewhere()) this.parts.closedElsewhere(where);
  }

  /** From now on requests that are not exempt get 503, before any framework sees them. */
  refuse(): void {
    this.#isRefusing = true;
    for (const server of this.parts.servers.all()) this.#withholdContinue(server);
  }

  /** Stops accepting, once nothing waits in the accept queue, without touching the connections there are. */
  async closeListeners(deadline: Deadline): Promise<void> {
    const { servers, connections, answers } = this.parts;
    const traffic = (): number => {
      const { open, ended } = answers();
      return connections.accepted + open + 2 * ended;
    };
    const until = deadline.within(ACCEPT_MS);
    await Promise.all(servers.all().map((server) => closeListener(server, traffic, until)));
    this.#isClosed = true;
    for (const connection of connections.all()) connection.finish();
    this.parts.lateConnections.begin();
  }

  /**
   * Waits until clients have closed their idle connections, for a moment at most. Returns early when a request comes, and
   * says so: it may have been answered by then, and the others are still to be lingered for.
   *
   * @param isBrief only what has arrived by now is still served
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
      const stirred = new Promise<void>((resolve) => {
        this.#onStir = () => (isOver() ? resolve() : undefined);
      });
      await (isBrief ? arrivedIsRead() : deadline.within(LINGER_MS).settle(stirred));
      this.#onStir = undefined;
    }
    return { hasServed: hasServed() };
  }

  /** A request has come, or a connection has gone. */
  stirred(): void {
    this.#onStir?.();
  }

  /** Closes connections that have nothing left to answer: idle, never used, or stuck in a request head. */
  closeIdle(): void {
    const { connections, answers, lateConnections } = this.parts;
    lateConnections.end();
    for (const connection of connections.all()) {
      if (connection.isIdle && connection.carriesRequests) void connection.closeIdle();
    }
    if (answers().open === 0) connections.destroyUnsecured();
  }

  /** Again and again: no event tells of what is swept. */
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
    // Its client knows that it was not looked at, and may send it again elsewhere (RFC 9112 §9.6).
    if (connection.hasSaidClose) {
      connection.ignore(request);
      return true;
    }
    // What a browser asks before the request itself is for the application to answer: it would show no script our 503.
    if (!this.#isRefusing || exempt.includes(request) || isPreflight(request)) return false;
    connection.start(response, clock.now(), 'refused');
    // By the next tick all is known that was pipelined behind it and has been read: only the last answer may close.
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

  /** Node invites whoever expects it to send the body, unless somebody listens: it would be refused all the same. */
  #withholdContinue(server: HttpServer): void {
    if (server.listenerCount('checkContinue') > 0) return;
    const goOn = (request: IncomingMessage, response: ServerResponse): void => {
      response.writeContinue();
      server.emit('request', request, response);
    };
    server.on('checkContinue', goOn);
    this.parts.servers.keep(server, () => server.off('checkContinue', goOn));
  }

  /** Once whoever opened it has heard that it is open. */
  async #closeAgain(server: HttpServer): Promise<void> {
    await nextTurn();
    stopListening(server);
  }
}
