import { type ServerResponse } from 'node:http';
import { type Clock, nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type InFlightItem, toItem, type Work, type WorkName } from '../../in-flight/work.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { type LongLived } from '../../in-flight/work-source.js';
import { type OwnLastWord, type Source } from '../../in-flight/work-sources.js';
import { type ShutdownState } from '../../phase/shutdown-state.js';
import { type Carrier, connectionOn } from '../http/connection.js';
import { type Departures, timeToGo } from '../../in-flight/departures.js';
import { attachNotices, type Notices } from '../../in-flight/notices.js';
import { OpenConnection } from './open-connection.js';
import { OpenPolls } from './open-polls.js';
import { type Farewell, type Peer } from './peer.js';
import { isSocketIoClient, SocketIoPeer } from './socket-io-peer.js';
import { isWsClient, WsPeer } from './ws-peer.js';

interface WebSocketsParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly state: ShutdownState;
  readonly departures: Departures;
  readonly notices: Notices;
  readonly farewell: Farewell;
  readonly onError: (error: unknown) => void;
  /** Every unfinished request, polls included. */
  readonly traffic: { requests(): Iterable<{ readonly response: ServerResponse }> };
  /** Somebody was cut who had not been sent all that was said to him. */
  readonly onCut: (items: readonly InFlightItem[]) => void;
}

/** How long peers that connect again and again (polling) have to come once more. */
const TELL_MS = 1000;

/**
 * Every open connection of a gateway. Idle ones are no work: they cost nothing while the service serves, and count in no
 * figure of the report but their own. Once the drain has begun it waits until they are gone; those whose peers have yet
 * to read what was said to them are work then.
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
  /** Since when the drain waits. */
  #drainingSince = 0;

  constructor(private readonly parts: WebSocketsParts) {
    this.#polls = new OpenPolls(parts.traffic);
  }

  get size(): number {
    return this.parts.state.isDraining ? this.#open.size : 0;
  }

  /** What has become of those that were told to go. */
  lastWord(): OwnLastWord {
    const counts = { closed: this.#closed, terminated: this.#terminated };
    return { ...counts, sections: { webSockets: counts } };
  }

  /** What runs on them is counted by itself, so this is what has been said and not been sent. */
  *active(): Iterable<Work> {
    if (!this.parts.state.isDraining) return;
    for (const connection of this.#open.values()) if (connection.peer.isOwed) yield this.#asWork(connection);
  }

  longLived(): Iterable<LongLived> {
    return this.#open.values();
  }

  /** The TCP and TLS sockets below them, as of now; also below those that have gone. */
  sockets(): { has(socket: object): boolean } {
    const open = new Set([...this.#open.values()].map(({ peer }) => peer.socket));
    return { has: (socket) => open.has(socket) || this.#gone.has(socket) };
  }

  /** The connection a client of a gateway belongs to, when it is of a known kind. */
  readonly connectionOf = (client: object): OpenConnection | undefined => this.#ofClient.get(client);

  /** A client has connected to a gateway; one that several gateways serve is told of several times. */
  opened(client: object): void {
    if (this.#ofClient.has(client)) return;
    attachNotices(client, this.parts.notices);
    if (isSocketIoClient(client)) {
      this.#join(client, client.conn, () => new SocketIoPeer(client, this.parts.farewell, this.#polls));
    } else if (isWsClient(client)) {
      this.#join(client, client, () => new WsPeer(client, this.parts.farewell));
    }
  }

  /**
   * From now on open connections are waited for. Resolves when the listeners may close: peers that come back again and
   * again, as polling ones do, have what they need by then.
   */
  async beginDrain(deadline: Deadline): Promise<void> {
    this.#drainingSince = this.parts.clock.now();
    const first = [...this.#open.values()].filter(({ peer }) => peer.leavesFirst);
    for (const connection of first) connection.leave();
    await Promise.all(first.map(({ peer }) => this.#told(peer, deadline)));
  }

  /** A client polls again when it has read the answer to its last poll. */
  async #told(peer: Peer, deadline: Deadline): Promise<void> {
    await deadline.settle(peer.whenSent());
    await deadline.within(TELL_MS).settle(peer.whenReachable());
  }

  /** The time is up: everybody left gets a goodbye, without waiting for what runs. */
  end(): void {
    for (const connection of this.#open.values()) connection.close();
  }

  /** Ends whatever is left. */
  terminate(): void {
    const open = [...this.#open.values()];
    this.#cut(open.filter(({ peer }) => peer.isOwed));
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
    const tellToGo = (client: object): void => notices.tell(client, 'time-up', timeToGo('messages'));
    const onCut = (): void => this.#cut([connection]);
    const connection: OpenConnection = new OpenConnection(peer, { clock, onError, onCut, tellToGo });
    this.#open.set(key, connection);
    peer.onceClosed(() => this.#remove(key, connection));
    // Nest has yet to bind its handlers to the client.
    if (departures.hasBegun) void nextTurn().then(() => departures.opened(connection));
    return connection;
  }

  #cut(connections: readonly OpenConnection[]): void {
    const items = connections.map((connection) => toItem(this.#asWork(connection), this.parts.clock.now()));
    if (items.length > 0) this.parts.onCut(items);
  }

  /** Nobody knows whose bytes are left, so they go by the last message that was answered, or else by the connection. */
  #asWork(connection: OpenConnection): Work {
    const { latest, peer } = connection;
    const startedAt = latest?.startedAt ?? this.#drainingSince;
    const describe = (): WorkName => latest?.describe() ?? { name: nameOf(peer.socket) };
    return { kind: 'message', startedAt, describe, answer: connection };
  }

  /** Its socket is still known as one that was followed. */
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

/** What a connection was upgraded with (`GET /chat`), where that is known. */
function nameOf(socket: unknown): string {
  const isCarrier = (value: unknown): value is Carrier => typeof value === 'object' && value !== null;
  return (isCarrier(socket) ? connectionOn(socket)?.upgradedBy : undefined) ?? 'WebSocket';
}
