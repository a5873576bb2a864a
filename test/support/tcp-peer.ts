import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { until } from './event-loop.js';
import { killAfterTest } from './started-programs.js';

/** One end of a TCP connection, either half of which a test ends when it likes. */
export class TcpPeer {
  received = '';
  /** How many bytes have come; of large transfers the text is not kept. */
  receivedBytes = 0;
  /** The other side has said that it sends nothing more. */
  hasEnd = false;
  isClosed = false;
  /** How the connection broke, as in `ECONNRESET`. */
  error: string | undefined;
  /** Kept here: a closed socket has forgotten it. */
  readonly localPort: number;

  constructor(
    readonly socket: Socket,
    { isTextKept = true } = {},
  ) {
    this.localPort = socket.localPort ?? 0;
    killAfterTest({ kill: async () => void socket.destroy() });
    socket.on('data', (bytes: Buffer) => {
      this.receivedBytes += bytes.length;
      if (isTextKept) this.received += bytes.toString('latin1');
    });
    socket.on('end', () => (this.hasEnd = true));
    socket.on('close', () => (this.isClosed = true));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
  }

  static async connect(port: number): Promise<TcpPeer> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const peer = new Promise<TcpPeer>((resolve) => {
      socket.once('connect', () => resolve(new TcpPeer(socket)));
    });
    await once(socket, 'connect');
    return peer;
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  async untilReceived(text: string): Promise<void> {
    await until(`${JSON.stringify(text)} came`, () => this.received.includes(text));
  }

  async untilEnd(): Promise<void> {
    await until('the other side had ended', () => this.hasEnd);
  }

  async untilClosed(): Promise<void> {
    await until('the connection was closed', () => this.isClosed);
  }
}

/** A server that does nothing by itself: a test says what each of its connections does. */
export class TcpPod {
  readonly connections: TcpPeer[] = [];

  private constructor(
    private readonly server: Server,
    readonly pod: string,
    readonly port: number,
  ) {
    server.on('connection', (socket) => this.connections.push(new TcpPeer(socket)));
    killAfterTest({ kill: async () => void server.close() });
  }

  static async start(pod: string): Promise<TcpPod> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new TcpPod(server, pod, (server.address() as AddressInfo).port);
  }

  /** The connection with that number, from 0, once it is there. */
  async connection(index = 0): Promise<TcpPeer> {
    await until(`${this.pod} had connection ${index}`, () => this.connections.length > index);
    const peer = this.connections[index];
    if (peer === undefined) throw new Error('unreachable');
    return peer;
  }

  /** Listens no more; its connections stay. */
  async stopListening(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    // close() calls back when the last connection has gone, too; that it listens no more shows at once.
    if (this.connections.every(({ isClosed }) => isClosed)) await closed;
  }
}
