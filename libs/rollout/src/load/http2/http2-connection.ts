import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { type Address, authorityOf, openSocket, originOf } from '../address.js';
import { type Question } from '../question.js';
import { ConnectionLife } from '../connection-life.js';
import { type Way } from '../exchange.js';

/** Fields of HTTP/1.1 connections, which HTTP/2 forbids (RFC 9113 §8.2.2), and the one that has another name there. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** One session, with prior knowledge and with TLS where the address has it (RFC 9113 §3.3), and many requests at a time. */
export class Http2Connection implements Way {
  hasOpened = false;
  localPort: number | undefined;
  readonly life = new ConnectionLife();
  uses = 0;
  /** From GOAWAY: later streams have not been worked on. */
  lastStreamId: number | undefined;
  #isEnded = false;
  #isGreeted = false;
  readonly #session: ClientHttp2Session;

  /** `socket`: a connection to that address, open or not. By default one is opened. */
  constructor(
    private readonly address: Address,
    socket = openSocket(address, 'h2'),
  ) {
    this.hasOpened = !socket.connecting;
    socket.once('connect', () => {
      this.hasOpened = true;
      this.localPort = socket.localPort;
    });
    this.#session = connectHttp2(originOf(address), { createConnection: () => socket });
    this.#session.on('goaway', (_code: number, lastStreamId: number) => {
      this.lastStreamId = lastStreamId;
    });
    this.#session.once('remoteSettings', () => {
      this.#isGreeted = true;
    });
    // Every stream has an error of its own; without streams nothing is lost.
    this.#session.on('error', () => this.#end());
    this.#session.on('close', () => this.#end());
    socket.on('end', () => this.#end());
  }

  /** Whether a request may be sent on it. */
  get isUsable(): boolean {
    return !this.#isEnded && !this.#session.closed && !this.#session.destroyed && !this.hasGoaway;
  }

  get hasGoaway(): boolean {
    return this.lastStreamId !== undefined;
  }

  /** Begins a request. Its body is the caller's to send. */
  ask({ kind, path, headers, body }: Question): ClientHttp2Stream {
    return this.begin(
      {
        ...headers,
        ':method': kind.method,
        ':path': path,
        ...(body !== undefined && { 'content-length': String(body.length) }),
      },
      // By default Node ends the stream of a GET before its body.
      { endStream: body === undefined },
    );
  }

  /** Begins a stream with these headers, but for those that HTTP/2 forbids. */
  begin(headers: Readonly<Record<string, string>>, { endStream } = { endStream: false }): ClientHttp2Stream {
    this.uses += 1;
    const allowed = Object.entries(headers).filter(([name, value]) => !isForbidden(name, value));
    const authority = headers['host'] ?? authorityOf(this.address);
    return this.#session.request({ ...Object.fromEntries(allowed), ':authority': authority }, { endStream });
  }

  /** Calls `onGreeted` when the server has said that it speaks HTTP/2, or now if it has. */
  whenGreeted(onGreeted: () => void): void {
    if (this.#isGreeted) onGreeted();
    else this.#session.once('remoteSettings', onGreeted);
  }

  /** Sends nothing more on it, and ends it when what is under way has been answered. */
  retire(): void {
    this.#end();
    this.#session.close();
  }

  destroy(): void {
    this.#end();
    this.#session.destroy();
  }

  #end(): void {
    this.#isEnded = true;
  }
}

/** `te` may only say `trailers`. */
function isForbidden(name: string, value: string): boolean {
  return FORBIDDEN.has(name) && !(name === 'te' && value === 'trailers');
}
