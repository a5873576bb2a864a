import { type Farewell, type Peer } from './peer.js';
import { isWsClient, WsPeer } from './ws-peer.js';

/** A client in one namespace of socket.io; read in 4.8. */
export interface SocketIoClient {
  /** What all namespaces of one client share. */
  readonly conn: EngineConnection;
  readonly connected: boolean;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(close: boolean): unknown;
}

/** A connection of engine.io, below socket.io; read in 6.6. `flush` and the transport's `socket` are private there. */
interface EngineConnection {
  readonly readyState: string;
  readonly transport: {
    readonly name: string;
    /** Of a poll: whether a request waits for its answer. */
    readonly writable: boolean;
    readonly socket?: unknown;
    discard(): void;
    once(event: 'ready', listener: () => void): unknown;
  };
  /** `drain`: everything said so far has been handed over. */
  once(event: 'close' | 'drain', listener: () => void): unknown;
  close(discard: boolean): unknown;
  flush?(): void;
}

/**
 * The peer of a client of socket.io, which `IoAdapter` of @nestjs/platform-socket.io gives to gateways. It gets an event
 * first: a client that the server has disconnected comes back only when its application says so.
 */
export class SocketIoPeer implements Peer {
  readonly #conn: EngineConnection;
  readonly #clients = new Set<SocketIoClient>();
  hasHeard = false;
  #release: () => void = () => undefined;

  constructor(
    client: SocketIoClient,
    private readonly farewell: Pick<Farewell, 'event' | 'closeReason'>,
  ) {
    this.#conn = client.conn;
    this.#clients.add(client);
  }

  get leavesFirst(): boolean {
    return this.#isPolling;
  }

  get isReachable(): boolean {
    return !this.#isPolling || this.#conn.transport.writable || this.#conn.readyState === 'closed';
  }

  get socket(): unknown {
    const { socket } = this.#conn.transport;
    return isWsClient(socket) ? new WsPeer(socket, NO_FAREWELL).socket : undefined;
  }

  whenReachable(): Promise<void> {
    if (this.isReachable) return Promise.resolve();
    return new Promise((resolve) => {
      this.#conn.transport.once('ready', resolve);
      this.#conn.once('close', resolve);
    });
  }

  /**
   * An answer to a poll says `Connection: close` by now, and nobody can connect again once the listener is closed. So
   * everything there is left to say has to fit into one answer.
   */
  hold(): void {
    if (this.#isPolling) this.#release = holdBack(this.#conn);
  }

  join(client: object): void {
    if (isSocketIoClient(client)) this.#clients.add(client);
  }

  close(): void {
    const clients = [...this.#clients].filter(({ connected }) => connected);
    for (const client of clients) client.emit(this.farewell.event, { reason: this.farewell.closeReason });
    // Without it, engine.io would wait for one more poll, to which it has nothing to say.
    if (this.#isPolling) this.#conn.transport.discard();
    this.#conn.once('drain', () => (this.hasHeard = true));
    if (clients.length === 0) this.#conn.close(false);
    else clients[0]?.disconnect(true);
    this.#release();
  }

  terminate(): void {
    const { socket } = this.#conn.transport;
    if (isWsClient(socket)) socket.terminate();
    else this.#conn.close(true);
  }

  /** engine.io says that a WebSocket is closed as soon as it has asked the peer to close it. */
  onceClosed(listener: () => void): void {
    this.#conn.once('close', () => {
      const { socket } = this.#conn.transport;
      if (isWsClient(socket)) new WsPeer(socket, NO_FAREWELL).onceClosed(listener);
      else listener();
    });
  }

  get #isPolling(): boolean {
    return this.#conn.transport.name === 'polling';
  }
}

const NO_FAREWELL = { closeCode: 1000, closeReason: '' };

/** Lets everything pile up until the returned function is called. Where `flush` has gone, nothing is held back. */
function holdBack(conn: EngineConnection): () => void {
  const flush = conn.flush?.bind(conn);
  if (flush === undefined || Object.hasOwn(conn, 'flush')) return () => undefined;
  conn.flush = () => undefined;
  return () => {
    delete conn.flush;
    flush();
  };
}

/** Whether something is a client of socket.io. */
export function isSocketIoClient(value: unknown): value is SocketIoClient {
  if (typeof value !== 'object' || value === null) return false;
  const conn: unknown = Reflect.get(value, 'conn');
  return (
    typeof conn === 'object' &&
    conn !== null &&
    typeof Reflect.get(conn, 'transport') === 'object' &&
    ['emit', 'disconnect'].every((name) => typeof Reflect.get(value, name) === 'function')
  );
}
