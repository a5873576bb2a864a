import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { killAfterTest } from './started-programs.js';

/** One TCP connection on which a test says exactly what it wants, byte by byte, and sees what comes back. */
export class RawClient {
  received = '';
  isClosed = false;
  /** What went wrong with it, such as a reset. */
  error: string | undefined;
  /** Resolves once the connection is gone, in whatever way. */
  readonly closed: Promise<void>;
  readonly #looking = new Set<() => void>();

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.received += text;
      this.#look();
    });
    socket.on('error', ({ message }: Error) => (this.error = message));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.isClosed = true;
        this.#look();
        resolve();
      });
    });
    killAfterTest({ kill: async () => this.abort() });
  }

  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** The same over TLS, speaking HTTP/1.1; trusts every certificate. */
  static async connectSecurely(url: string): Promise<RawClient> {
    return (await RawClient.connect(url)).secure();
  }

  /** Shakes hands for TLS on a connection that was a plain one. */
  async secure(): Promise<RawClient> {
    this.socket.removeAllListeners('data');
    const secured = connectTls({ socket: this.socket, ALPNProtocols: ['http/1.1'], rejectUnauthorized: false });
    await once(secured, 'secureConnect');
    return new RawClient(secured);
  }

  send(...lines: string[]): void {
    this.socket.write(lines.join('\r\n'));
  }

  /** Sends a text, and waits until the kernel has taken all of it, or the connection is gone. */
  async sendAll(text: string): Promise<void> {
    await Promise.race([new Promise<unknown>((resolve) => this.socket.write(text, resolve)), this.closed]);
  }

  /** Reads nothing any more, as a client that is busy with something else. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** A request without a body, complete. */
  ask(method: string, path: string, ...headers: string[]): void {
    this.send(`${method} ${path} HTTP/1.1`, 'Host: test', ...headers, '', '');
  }

  /** Waits until what came back matches; throws when the connection ends before. */
  until(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(this.received) && !this.isClosed) return;
        this.#looking.delete(look);
        if (pattern.test(this.received)) resolve(this.received);
        else reject(new Error(`closed before ${String(pattern)} came; received: ${this.received}`));
      };
      this.#looking.add(look);
      look();
    });
  }

  /** Closes the client's half: it sends nothing more, and still reads. */
  endSending(): void {
    this.socket.end();
  }

  /** The client loses interest: the connection is simply gone. */
  abort(): void {
    this.socket.destroy();
  }

  #look(): void {
    for (const look of this.#looking) look();
  }
}
