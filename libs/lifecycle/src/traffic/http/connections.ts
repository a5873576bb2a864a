import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import {
  type Carrier,
  carrierOf,
  Connection,
  connectionOn,
  type ConnectionObserver,
  type ConnectionTraits,
} from './connection.js';
import { hasIdle, remotePorts } from './idle-connections.js';
import { RawSockets } from '../wire/raw-sockets.js';
import { type TrackedRequest } from './tracked-request.js';
import { nameOfUpgrade } from '../wire/upgrade-name.js';

/** Every open connection of the servers that are followed, and the TCP sockets below TLS connections. */
export class Connections {
  readonly #open = new Map<Carrier, Connection>();
  readonly #upgraded = new Set<Connection>();
  readonly #rawSockets = new RawSockets();
  #newest: Connection | undefined;
  #accepted = 0;

  constructor(private readonly observer: ConnectionObserver) {}

  /** How many sockets have been accepted so far. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Whether a client may have a request on its way. */
  get hasIdle(): boolean {
    return hasIdle(this.#open.values(), this.#rawSockets.size);
  }

  all(): Iterable<Connection> {
    return this.#open.values();
  }

  /** The connections that were upgraded. */
  upgradedConnections(): Iterable<Connection> {
    return this.#upgraded;
  }

  /** Every request whose answer is unfinished, including those that the drain does not wait for. */
  *requests(): Iterable<TrackedRequest> {
    // Nearly all of many connections are idle.
    for (const connection of this.#open.values()) if (!connection.isIdle) yield* connection.requests;
  }

  /**
   * The connection of a request. A connection that was there before its server was attached is recorded at its first
   * request.
   */
  of(request: IncomingMessage): Connection {
    const carrier = carrierOf(request);
    // Asked for every request: a property costs less than a lookup in a map.
    const known = connectionOn(carrier);
    if (known?.belongsTo(this.observer) === true) return known;
    return this.#open.get(carrier) ?? this.#track(carrier, { isHttp2: request.httpVersionMajor >= 2 });
  }

  /** A server has accepted a socket. One that TLS is to secure carries no requests itself. */
  accept(socket: Socket, { isToBeSecured }: { readonly isToBeSecured: boolean }): void {
    this.#accepted += 1;
    if (isToBeSecured) this.#rawSockets.add(socket);
    else this.#track(socket, { isAccepted: true });
  }

  /** The TLS handshake of a socket is complete. */
  secured(socket: Socket): void {
    this.#track(socket, { isAccepted: true });
  }

  /** An HTTP/2 session has begun on the newest socket: Node makes the session in the event of its socket. */
  sessionBegan(session: Carrier): void {
    this.#newest?.carriesSession();
    this.#newest = undefined;
    this.#track(session, { isHttp2: true });
  }

  /** The socket of a request speaks another protocol from now on, such as that of a WebSocket or a tunnel. */
  upgraded(request: IncomingMessage): void {
    const connection = this.#open.get(request.socket);
    if (connection === undefined) return;
    connection.upgraded(nameOfUpgrade(request));
    this.#upgraded.add(connection);
  }

  closed(connection: Connection): void {
    this.#open.delete(connection.carrier);
    this.#upgraded.delete(connection);
    // Otherwise its socket would keep the last answer, and all that waits for it, in memory.
    if (this.#newest === connection) this.#newest = undefined;
  }

  /** Destroys sockets whose TLS handshake hangs. */
  destroyUnsecured(): void {
    this.#rawSockets.destroyAllBut(remotePorts([...this.#open.values()].filter((open) => !open.carriesRequests)));
  }

  /** Destroys every connection, busy or idle, but those that were upgraded. */
  destroyAllButUpgraded(): void {
    for (const { upgradedBy, carrier } of this.#open.values()) {
      if (upgradedBy === undefined && !carrier.destroyed) carrier.destroy();
    }
    this.#rawSockets.destroyAllBut(remotePorts(this.#upgraded));
  }

  #track(carrier: Carrier, traits: ConnectionTraits): Connection {
    const connection = new Connection(carrier, this.observer, traits);
    this.#open.set(carrier, connection);
    this.#newest = connection;
    return connection;
  }
}
