import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { killAfterTest } from './started-programs.js';

/** One frame of RFC 9113 §4.1. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** Frame types (RFC 9113 §6). */
export const FRAME = { data: 0, headers: 1, resetStream: 3, settings: 4, ping: 6, goaway: 7 } as const;

const HEAD_BYTES = 9;
const ACK = 1;
const END_STREAM = 1;
const END_STREAM_AND_HEADERS = 5;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/**
 * An HTTP/2 client that does what Node's own never would: it sends requests whatever the server has said, as one that has
 * not heard it yet.
 */
export class FrameClient {
  readonly frames: Frame[] = [];
  /** Resolves once the connection is gone, in whatever way. */
  readonly closed: Promise<void>;
  #received = Buffer.alloc(0);
  #nextStream = 1;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (data: Buffer) => this.#read(data));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    killAfterTest({ kill: async () => void socket.destroy() });
  }

  /** Connects and sends the preface; trusts every certificate. */
  static async connect(url: string): Promise<FrameClient> {
    const { hostname, port, protocol } = new URL(url);
    const to = { host: hostname, port: Number(port) };
    const isSecure = protocol === 'https:';
    const socket = isSecure ? connectTls({ ...to, ALPNProtocols: ['h2'], rejectUnauthorized: false }) : connect(to);
    await once(socket, isSecure ? 'secureConnect' : 'connect');
    const client = new FrameClient(socket);
    socket.write(PREFACE);
    client.#write({ type: FRAME.settings, flags: 0, streamId: 0, payload: Buffer.alloc(0) });
    return client;
  }

  /** Sends a GET on a stream of its own. Returns the stream's number. */
  get(path: string): number {
    const streamId = this.#nextStream;
    this.#nextStream += 2;
    // HPACK (RFC 7541): `:method: GET`, `:scheme: http`, then `:path` and `:authority` spelt out.
    const payload = Buffer.concat([Buffer.from([0x82, 0x86]), literal(4, path), literal(1, 'test')]);
    this.#write({ type: FRAME.headers, flags: END_STREAM_AND_HEADERS, streamId, payload });
    return streamId;
  }

  /** Sends a frame as it is, such as one of a flood. */
  send(type: number, streamId = 0, payload: Buffer = Buffer.alloc(0)): void {
    this.#write({ type, flags: 0, streamId, payload });
  }

  /** Whether an answer has come to its end. */
  isAnswered(streamId: number): boolean {
    return this.frames.some((frame) => frame.streamId === streamId && isEnd(frame));
  }

  /** Whether the server has said that it will not look at a request. */
  isRefused(streamId: number): boolean {
    const isReset = this.frames.some((frame) => frame.streamId === streamId && frame.type === FRAME.resetStream);
    return isReset || this.goaways.some((last) => last < streamId);
  }

  /** The last stream that each GOAWAY named. */
  get goaways(): number[] {
    return this.frames.filter(({ type }) => type === FRAME.goaway).map(({ payload }) => payload.readUInt32BE(0));
  }

  #write({ type, flags, streamId, payload }: Frame): void {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(streamId, 5);
    this.socket.write(Buffer.concat([head, payload]));
  }

  #read(data: Buffer): void {
    this.#received = Buffer.concat([this.#received, data]);
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) {
      this.frames.push(frame);
      const isSettings = frame.type === FRAME.settings && (frame.flags & ACK) === 0;
      if (isSettings) this.#write({ type: FRAME.settings, flags: ACK, streamId: 0, payload: Buffer.alloc(0) });
    }
  }

  #next(): Frame | undefined {
    const bytes = this.#received;
    const end = bytes.length < HEAD_BYTES ? Infinity : HEAD_BYTES + bytes.readUIntBE(0, 3);
    if (bytes.length < end) return undefined;
    this.#received = bytes.subarray(end);
    const payload = bytes.subarray(HEAD_BYTES, end);
    return { type: bytes.readUInt8(3), flags: bytes.readUInt8(4), streamId: bytes.readUInt32BE(5), payload };
  }
}

function isEnd({ type, flags }: Frame): boolean {
  return (type === FRAME.data || type === FRAME.headers) && (flags & END_STREAM) !== 0;
}

/** A header field without indexing, its name by number in the static table. */
function literal(name: number, value: string): Buffer {
  return Buffer.concat([Buffer.from([name, value.length]), Buffer.from(value)]);
}
