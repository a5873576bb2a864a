import { type ServerResponse } from 'node:http';
import { type Clock, nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type InFlightItem, toItem, type Work, type WorkName } from '../../in-flight/work.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { type LongLivedWork } from '../../in-flight/work-source.js';
import { type OwnLastWord, type Source } from '../../in-flight/work-sources.js';
import { type ShutdownState } from '../../phase/shutdown-state.js';
import { type Carrier, connectionOn } from '../http/connection.js';
import { type Departures, timeToGo } from '../../in-flight/departures.js';
import { attachNotices, type Notices } from '../../in-flight/notices.js';
import { OpenConnection } from './open-connection.js';
import { OpenPolls } from './open-polls.js';
import { type CloseNotice, type Peer } from './peer.js';
import { isSocketIoClient, SocketIoPeer } from './socket-io-peer.js';
import { isWsClient, WsPeer } from './ws-peer.js';

interface WebSocketsParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly state: ShutdownState;
  readonly departures: Departures;
  readonly notices: Notices;
  readonly closeNotice: CloseNotice;
  readonly onError: (error: unknown) => void;
  /** Every unfinished request, polls included. */
  readonly traffic: { requests(): Iterable<{ readonly response: ServerResponse }> };
  /** Called when connections were cut whose peers had not been sent every message. */
  readonly onCut: (items: readonly InFlightItem[]) => void;
}

/** How long polling clients have to poll once more. */
const NEXT_POLL_MS = 1000;

/**
 * Every open connection of a gateway. Idle ones are no work: they cost nothing while the service serves, and the report
 * counts them apart. The drain waits until all are closed. A connection whose peer has yet to read earlier messages is
 * work then.
 */
export class WebSockets implements Source {
  readonly name = 'WebSockets';
  readonly namesItsCuts = true;
  readonly ended = 0;
  readonly #open = new Map<object, OpenConnection>();
  readonly #ofClient = new WeakMap<object, OpenConnection>();
  readonly #gone = new WeakSet<object>();
  #closed = 0;
  #terminated = 0;
  readonly #polls: OpenPolls;
  /** Monotonic milliseconds of the beginning of the drain. */
  #drainingSince = 0;

  constructor(private readonly parts: WebSocketsParts) {
    this.#polls = new OpenPolls(parts.traffic);
  }

  get size(): number {
    return this.parts.state.isDraining ? this.#open.size : 0;
  }

  /** How the connections ended that this side has closed. */
  lastWord(): OwnLastWord {
    const counts = { closed: this.#closed, terminated: this.#terminated };
    return { ...counts, sections: { webSockets: counts } };
  }

  /** Handlers are counted by themselves, so these are the messages that were not sent to their end. */
  *active(): Iterable<Work> {
    if (!this.parts.state.isDraining) return;
    for (const connection of this.#open.values()) if (connection.peer.hasUndelivered) yield this.#asWork(connection);
  }

  longLived(): Iterable<LongLivedWork> {
    return this.#open.values();
  }

  /** The TCP and TLS sockets of the connections, as of now, and those of connections that have closed. */
  sockets(): { has(socket: object): boolean } {
    const open = new Set([...this.#open.values()].map(({ peer }) => peer.socket));
    return { has: (socket) => open.has(socket) || this.#gone.has(socket) };
  }

  /** The connection that a client of a gateway belongs to, if it is of a known kind. */
  readonly connectionOf = (client: object): OpenConnection | undefined => this.#ofClient.get(client);

  /** A client has connected to a gateway; called once for each gateway that serves it. */
  opened(client: object): void {
    if (this.#ofClient.has(client)) return;
    attachNotices(client, this.parts.notices);
    if (isSocketIoClient(client)) {
      this.#join(client, client.conn, () => new SocketIoPeer(client, this.parts.closeNotice, this.#polls));
    } else if (isWsClient(client)) {
      this.#join(client, client, () => new WsPeer(client, this.parts.closeNotice));
    }
  }

  /**
   * From now on open connections are waited for. Resolves when the listeners may close: by then the peers that connect
   * again and again, as polling ones do, have got their close notice.
   */
  async beginDrain(deadline: Deadline): Promise<void> {
    this.#drainingSince = this.parts.clock.now();
    const first = [...this.#open.values()].filter(({ peer }) => peer.leavesFirst);
    for (const connection of first) connection.leave();
    await Promise.all(first.map(({ peer }) => this.#isReady(peer, deadline)));
  }

  /** A client polls again when it has read the answer to its last poll. */
  async #isReady(peer: Peer, deadline: Deadline): Promise<void> {
    await deadline.settle(peer.whenSent());
    await deadline.within(NEXT_POLL_MS).settle(peer.whenReachable());
  }

  /** The time is up: sends every peer its close notice, even while handlers run. */
  end(): void {
    for (const connection of this.#open.values()) connection.close();
  }

  /** Terminates all that are left. */
  terminate(): void {
    const open = [...this.#open.values()];
    this.#cut(open.filter(({ peer }) => peer.hasUndelivered));
    for (const connection of open) {
      this.#forget(connection);
      connection.terminate();
      this.#terminated += 1;
    }
    this.#open.clear();
  }

  #join(client: object, key: object, createPeer: () => Peer): void {
    const connection = this.#open.get(key) ?? this.#add(key, createPeer());
    connection.join(client);
    this.#ofClient.set(client, connection);
  }

  #add(key: object, peer: Peer): OpenConnection {
    const { clock, onError, departures, notices } = this.parts;
    const notify = (client: object): void => notices.fire(client, 'time-up', timeToGo('messages'));
    const onCut = (): void => this.#cut([connection]);
    const connection: OpenConnection = new OpenConnection(peer, { clock, onError, onCut, notify });
    this.#open.set(key, connection);
    peer.onceClosed(() => this.#remove(key, connection));
    // One turn later, because Nest has yet to bind its handlers to the client.
    if (departures.hasBegun) void nextTurn().then(() => departures.opened(connection));
    return connection;
  }

  #cut(connections: readonly OpenConnection[]): void {
    const items = connections.map((connection) => toItem(this.#asWork(connection), this.parts.clock.now()));
    if (items.length > 0) this.parts.onCut(items);
  }

  /**
   * Which message the unsent bytes belong to is unknown, so they are named by the last message that was answered, or by
   * the connection.
   */
  #asWork(connection: OpenConnection): Work {
    const { latest, peer } = connection;
    const startedAt = latest?.startedAt ?? this.#drainingSince;
    const describe = (): WorkName => latest?.describe() ?? { name: nameOf(peer.socket) };
    return { kind: 'message', startedAt, describe, answer: connection };
  }

  /** Remembers its socket as one that was followed. */
  #forget({ peer: { socket } }: OpenConnection): void {
    if (typeof socket === 'object' && socket !== null) this.#gone.add(socket);
  }

  #remove(key: object, connection: OpenConnection): void {
    const { ending } = connection;
    this.#forget(connection);
    connection.closed();
    if (!this.#open.delete(key)) return;
    if (ending === 'terminated') this.#terminated += 1;
    if (ending === 'closed') this.#closed += 1;
    if (this.parts.state.isDraining && this.#open.size === 0) this.parts.inFlight.settled();
  }
}

/** The name of the request that upgraded the connection (`GET /chat`), where that is known. */
function nameOf(socket: unknown): string {
  const isCarrier = (value: unknown): value is Carrier => typeof value === 'object' && value !== null;
  return (isCarrier(socket) ? connectionOn(socket)?.upgradedBy : undefined) ?? 'WebSocket';
}
