import { type ServerResponse } from 'node:http';
import { type OpenPolls } from './open-polls.js';
import { type CloseNotice, type Peer } from './peer.js';
import { isWsClient, WsPeer } from './ws-peer.js';

/** A client in one namespace of socket.io; read in 4.8. */
export interface SocketIoClient {
  /** The connection, which all namespaces of one client share. */
  readonly conn: EngineConnection;
  readonly connected: boolean;
  emit(event: string, ...args: unknown[]): unknown;
  disconnect(close: boolean): unknown;
}

/**
 * A connection of engine.io, below socket.io; read in 6.6. `flush`, `writeBuffer`, and the transport's `socket` and
 * `res` are private there.
 */
interface EngineConnection {
  readonly id: string;
  readonly readyState: string;
  /** Packets that have not been passed to the transport yet. */
  readonly writeBuffer?: readonly Packet[];
  readonly transport: {
    readonly name: string;
    /** Of polling: whether a request waits for its answer. */
    readonly writable: boolean;
    readonly socket?: unknown;
    /** Of polling: the response to that request. */
    readonly res?: ServerResponse | null;
    discard(): void;
    once(event: 'ready', listener: () => void): unknown;
  };
  /** `drain`: the transport has taken every packet so far. */
  once(event: 'close' | 'drain', listener: (reason?: unknown) => void): unknown;
  /** `flush`: the buffer is about to be passed to the transport. */
  on(event: 'flush', listener: () => void): unknown;
  close(discard: boolean): unknown;
  flush?(): void;
}

interface Packet {
  readonly type: string;
}

/**
 * The peer of a client of socket.io, which `IoAdapter` of @nestjs/platform-socket.io passes to gateways. Before the
 * close it gets an event: a client that the server has disconnected does not connect again by itself, so its
 * application has to do it.
 */
export class SocketIoPeer implements Peer {
  readonly #conn: EngineConnection;
  readonly #clients = new Set<SocketIoClient>();
  hasSentClose = false;
  #release: () => void = () => undefined;
  /** Answers to polls that have begun, and have not been sent to their end. */
  readonly #answers = new Set<ServerResponse>();
  #onSent: (() => void)[] = [];
  /** The messages in the buffer before the close notice. */
  #queued: readonly Packet[] | undefined;
  /**
   * Whether engine.io has closed the connection with messages in its buffer, as it does when its HTTP server is closed.
   */
  #hasLost = false;

  constructor(
    client: SocketIoClient,
    private readonly closeNotice: Pick<CloseNotice, 'event' | 'closeReason'>,
    private readonly polls: OpenPolls,
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

  /** Packets that wait for a poll are not being sent: the next poll takes them, if one comes. */
  get isSending(): boolean {
    if (this.#answers.size > 0) return true;
    return !this.#isPolling && (this.#ws?.isSending === true || this.#buffer.length > 0);
  }

  get hasUndelivered(): boolean {
    return this.#hasLost || this.isSending || this.#hasUndeliveredIn(this.#buffer);
  }

  get socket(): unknown {
    return this.#ws?.socket;
  }

  whenReachable(): Promise<void> {
    if (this.isReachable) return Promise.resolve();
    return new Promise((resolve) => {
      this.#conn.transport.once('ready', resolve);
      this.#conn.once('close', () => resolve());
    });
  }

  whenSent(): Promise<void> {
    if (this.#answers.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onSent.push(resolve));
  }

  /**
   * An answer to a poll says `Connection: close` by now, and once the listener is closed a client cannot connect again.
   * So all remaining messages have to fit into one answer.
   */
  hold(): void {
    if (!this.#isPolling) return;
    for (const answer of this.polls.answersOf(this.#conn.id)) this.#follow(answer);
    this.#conn.on('flush', () => {
      const { res } = this.#conn.transport;
      if (res !== undefined && res !== null) this.#follow(res);
    });
    this.#release = holdBack(this.#conn);
  }

  join(client: object): void {
    if (isSocketIoClient(client)) this.#clients.add(client);
  }

  close(): void {
    this.#queued = messagesOf(this.#buffer);
    const clients = [...this.#clients].filter(({ connected }) => connected);
    for (const client of clients) client.emit(this.closeNotice.event, { reason: this.closeNotice.closeReason });
    // Otherwise engine.io would wait for one more poll, to which it sends nothing.
    if (this.#isPolling) this.#conn.transport.discard();
    this.#conn.once('drain', () => (this.hasSentClose = true));
    if (clients.length === 0) this.#conn.close(false);
    else clients[0]?.disconnect(true);
    this.#release();
  }

  terminate(): void {
    const ws = this.#ws;
    if (ws === undefined) this.#conn.close(true);
    else ws.terminate();
    for (const answer of this.#answers) answer.destroy();
  }

  /**
   * engine.io reports a WebSocket as closed as soon as it has asked the peer to close it, and a polling client as soon
   * as the answer to its last poll has begun.
   */
  onceClosed(listener: () => void): void {
    this.#conn.once('close', (reason) => {
      // With any other reason the peer has left. Until the next tick the buffer is still there.
      this.#hasLost = reason === FORCED && this.#hasUndeliveredIn(this.#conn.writeBuffer ?? []);
      const ws = this.#ws;
      if (ws === undefined) return void this.whenSent().then(listener);
      if (this.#queued !== undefined) ws.stopCloseTimer();
      ws.onceClosed(listener);
    });
  }

  get #ws(): WsPeer | undefined {
    const { socket } = this.#conn.transport;
    return isWsClient(socket) ? new WsPeer(socket, NO_NOTICE) : undefined;
  }

  get #buffer(): readonly Packet[] {
    return this.#conn.readyState === 'closed' ? [] : (this.#conn.writeBuffer ?? []);
  }

  #hasUndeliveredIn(buffer: readonly Packet[]): boolean {
    return (this.#queued ?? messagesOf(buffer)).some((packet) => buffer.includes(packet));
  }

  #follow(answer: ServerResponse): void {
    if (this.#answers.has(answer)) return;
    this.#answers.add(answer);
    answer.once('close', () => {
      this.#answers.delete(answer);
      if (this.#answers.size === 0) for (const resolve of this.#onSent.splice(0)) resolve();
    });
  }

  get #isPolling(): boolean {
    return this.#conn.transport.name === 'polling';
  }
}

/** The messages of the application, without packets of engine.io itself. */
function messagesOf(packets: readonly Packet[]): Packet[] {
  return packets.filter(({ type }) => type === 'message');
}

/** The reason that engine.io reports when this side has closed a connection. */
const FORCED = 'forced close';
const NO_NOTICE = { closeCode: 1000, closeReason: '' };

/**
 * Holds packets back until the returned function is called. Where `flush` does not exist any more, nothing is held
 * back.
 */
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
