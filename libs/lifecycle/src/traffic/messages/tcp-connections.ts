import { Server, type Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { nextTurn } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { closeListener } from '../wire/accept-queue.js';
import { tcpSocketOf } from './tcp-client.js';
import { type Connections, type ConnectionsParts, type LeaveOptions } from './transport-server.js';

/** A connection on which nothing has come for this long is at rest. */
const QUIET_MS = 50;
const LOOK_MS = 10;
/** How long connections may take to come to rest; then requests are refused, for as long again as that takes. */
const PATIENCE_MS = 1000;
const REFUSING_MS = 250;
/** How long a client that has been told has to close its half. */
const GOODBYE_MS = 500;

/** A connection while it leaves. */
interface Leaver {
  readonly socket: Socket;
  bytesRead: number;
  quietSince: number;
}

/**
 * The connections of Nest's TCP transport. Its protocol has no message that ends a connection, so all there is to say is the end of the
 * connection. A client that has just sent something would not know what became of it, so each connection is ended when
 * nothing runs on it and nothing has come for a moment, and is read to its end.
 */
export class TcpConnections implements Connections {
  readonly #open = new Set<Socket>();
  readonly #ended = new WeakSet<Socket>();
  #accepted = 0;
  isRefusing = false;

  constructor(
    private readonly tcp: Server,
    private readonly parts: ConnectionsParts,
  ) {
    tcp.prependListener(tcp instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#accepted += 1;
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  async stopAccepting(deadline: Deadline): Promise<void> {
    await closeListener(this.tcp, () => this.#traffic, deadline);
  }

  isTooLate(context: object | undefined): boolean {
    const socket = tcpSocketOf(context);
    return socket !== undefined && this.#ended.has(socket);
  }

  async leave(deadline: Deadline, options: LeaveOptions): Promise<void> {
    await this.#endQuiet(deadline.within(PATIENCE_MS), options);
    // A client that asks again as soon as it is answered never comes to rest.
    this.isRefusing = this.#waiting().length > 0;
    if (this.isRefusing) await this.#endQuiet(deadline.within(REFUSING_MS), options);
    for (const socket of this.#waiting()) this.#end(socket);
    await this.#awaitClosed(deadline);
  }

  terminate(): void {
    for (const socket of this.#open) {
      if (socket.writableLength > 0) this.#cut(socket);
      socket.destroy();
    }
  }

  /** Changes with whatever happens. */
  get #traffic(): number {
    let bytes = this.#accepted;
    for (const socket of this.#open) bytes += socket.bytesRead;
    return bytes;
  }

  #waiting(): Socket[] {
    return [...this.#open].filter((socket) => !this.#ended.has(socket));
  }

  /** Ends each connection at its own moment. */
  async #endQuiet(until: Deadline, options: LeaveOptions): Promise<void> {
    const leavers = new Map<Socket, Leaver>();
    while (this.#waiting().length > 0 && !until.isPast) {
      await this.#pause(options);
      const busy = new Set([...options.running()].map((context) => tcpSocketOf(context)));
      for (const socket of this.#waiting()) {
        if (this.#isAtRest(socket, { leavers, isBusy: busy.has(socket), ...options })) this.#end(socket);
      }
    }
  }

  #isAtRest(
    socket: Socket,
    { leavers, isBusy, isBrief }: { leavers: Map<Socket, Leaver>; isBusy: boolean; isBrief: boolean },
  ): boolean {
    const now = this.parts.clock.now();
    const leaver = leavers.get(socket);
    if (leaver === undefined || leaver.bytesRead !== socket.bytesRead || isBusy) {
      leavers.set(socket, { socket, bytesRead: socket.bytesRead, quietSince: now });
      return isBrief && !isBusy;
    }
    return isBrief || now - leaver.quietSince >= QUIET_MS;
  }

  /** Between two turns the event loop has read whatever had arrived. */
  async #pause({ isBrief }: LeaveOptions): Promise<void> {
    await nextTurn();
    await nextTurn();
    if (!isBrief) await new Promise<void>((resolve) => this.parts.clock.after(LOOK_MS, resolve));
  }

  /** What has been written arrives first. It is still read: unread bytes would make a reset of the end. */
  #end(socket: Socket): void {
    this.#ended.add(socket);
    socket.end();
  }

  /** A client that still reads its answers has until the deadline. */
  async #awaitClosed(deadline: Deadline): Promise<void> {
    const closed = [...this.#open].map(async (socket) => {
      const close = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      let isSending = true;
      while (isSending && !socket.destroyed && !deadline.isPast) {
        isSending = socket.writableLength > 0;
        await deadline.within(GOODBYE_MS).settle(close);
      }
    });
    await Promise.all(closed);
  }

  #cut(socket: Socket): void {
    const name = `answers on a TCP connection (${socket.writableLength} bytes)`;
    this.parts.onCut([{ kind: 'message', name, ageMs: 0 }]);
  }
}

/**
 * Follows the connections of a server of Nest's TCP transport, which gives out what is one of Node's TCP servers with
 * `unwrap()`. `undefined` for every other.
 */
export function tcpConnections(server: { unwrap?(): unknown }, parts: ConnectionsParts): TcpConnections | undefined {
  const tcp = parts.guard('unwrap() of the TCP server', undefined, () => server.unwrap?.());
  if (!(tcp instanceof Server)) return undefined;
  return new TcpConnections(tcp, parts);
}
