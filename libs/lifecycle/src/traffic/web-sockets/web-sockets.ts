import { type Clock, nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type InFlightWork, type Work, type WorkSource } from '../../in-flight/in-flight-work.js';
import { type Departures, type LongLivedSource, timeToGo } from '../long-lived/departures.js';
import { attachNotices, type Notices } from '../notices.js';
import { OpenConnection } from './open-connection.js';
import { type Farewell, type Peer } from './peer.js';
import { isSocketIoClient, SocketIoPeer } from './socket-io-peer.js';
import { isWsClient, WsPeer } from './ws-peer.js';

interface WebSocketsParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly departures: Departures;
  readonly notices: Notices;
  readonly farewell: Farewell;
  readonly onError: (error: unknown) => void;
}

/**
 * Every open connection of a gateway. Idle ones are no work: they cost nothing while the service serves, and count in no
 * figure of the report but their own. Once the drain has begun it waits until they are gone.
 */
export class WebSockets implements LongLivedSource, WorkSource {
  readonly ended = 0;
  readonly #open = new Map<object, OpenConnection>();
  readonly #ofClient = new WeakMap<object, OpenConnection>();
  readonly #gone = new WeakSet<object>();
  #isDraining = false;
  #closed = 0;
  #terminated = 0;

  constructor(private readonly parts: WebSocketsParts) {
    parts.inFlight.addSource(this);
    parts.departures.addSource(this);
  }

  get size(): number {
    return this.#isDraining ? this.#open.size : 0;
  }

  /** What has become of those that were told to go. */
  get counts(): { readonly closed: number; readonly terminated: number } {
    return { closed: this.#closed, terminated: this.#terminated };
  }

  /** Nothing that could be cut: what runs on them is counted by itself. */
  active(): Iterable<Work> {
    return [];
  }

  open(): Iterable<OpenConnection> {
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
      this.#join(client, client.conn, () => new SocketIoPeer(client, this.parts.farewell));
    } else if (isWsClient(client)) {
      this.#join(client, client, () => new WsPeer(client, this.parts.farewell));
    }
  }

  /**
   * From now on open connections are waited for. Resolves when the listeners may close: peers that come back again and
   * again, as polling ones do, have what they need by then.
   */
  async begin(deadline: Deadline): Promise<void> {
    this.#isDraining = true;
    const first = [...this.#open.values()].filter(({ peer }) => peer.leavesFirst);
    for (const connection of first) connection.leave();
    if (first.length > 0) await deadline.settle(Promise.all(first.map(({ peer }) => peer.whenReachable())));
  }

  /** The time is up: everybody left gets a goodbye, without waiting for what runs. */
  interrupt(): void {
    for (const connection of this.#open.values()) connection.close();
  }

  /** Ends whatever is left. */
  terminate(): void {
    for (const connection of this.#open.values()) {
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
    const connection = new OpenConnection(peer, { clock, onError, tellToGo });
    this.#open.set(key, connection);
    peer.onceClosed(() => this.#remove(key, connection));
    // Nest has yet to bind its handlers to the client.
    if (departures.hasBegun) void nextTurn().then(() => departures.opened(connection));
    return connection;
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
    if (this.#isDraining && this.#open.size === 0) this.parts.inFlight.settled();
  }
}
