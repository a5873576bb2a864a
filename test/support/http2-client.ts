import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { killAfterTest } from './started-programs.js';

/** What became of one stream: an answer to its end, or how it ended without. */
export interface Http2Answer {
  /** `cut`: the answer had begun. `refused`: the server says that it has not looked at the request. */
  readonly outcome: 'answered' | 'refused' | 'cut' | 'lost';
  readonly status?: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly error?: string;
}

/** Error codes of RFC 9113 §7. */
const REFUSED_STREAM = 7;

/** One HTTP/2 session of Node's own client. It never retries. */
export class Http2Client {
  /** Every GOAWAY that came: its code and the last stream it names. */
  readonly goaways: (readonly [code: number, lastStreamId: number])[] = [];
  isClosed = false;
  /** Resolves once the session is gone, in whatever way. */
  readonly closed: Promise<void>;

  private constructor(readonly session: ClientHttp2Session) {
    session.on('goaway', (code, lastStreamId) => this.goaways.push([code, lastStreamId]));
    session.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      session.once('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
    killAfterTest({ kill: async () => session.destroy() });
  }

  /** Resolves once the session is connected, before any stream; trusts every certificate. */
  static async connect(url: string): Promise<Http2Client> {
    const client = new Http2Client(connect(url, { rejectUnauthorized: false }));
    await once(client.session, 'connect');
    return client;
  }

  /** Opens a stream; for what `ask` does not show. */
  open(path: string, headers: OutgoingHttpHeaders = {}): ClientHttp2Stream {
    const stream = this.session.request({ ':path': path, ...headers });
    stream.on('error', () => undefined);
    return stream;
  }

  /** One request on a stream of its own, to its end. */
  ask(path: string, headers: OutgoingHttpHeaders = {}): Promise<Http2Answer> {
    return answerOf(this.open(path, headers));
  }

  /** A POST of a text, with trailers behind it. */
  send(path: string, body: string, trailers: OutgoingHttpHeaders): Promise<Http2Answer> {
    const stream = this.session.request({ ':method': 'POST', ':path': path }, { waitForTrailers: true });
    stream.on('error', () => undefined);
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    const answer = answerOf(stream);
    stream.end(body);
    return answer;
  }
}

/** Reads a stream to its end, and says how it ended. */
export function answerOf(stream: ClientHttp2Stream): Promise<Http2Answer> {
  return new Promise((resolve) => {
    let headers: Record<string, unknown> = {};
    let trailers: object = {};
    let body = '';
    let hasEnded = false;
    let error: string | undefined;
    stream.setEncoding('utf8');
    stream.on('response', (received) => (headers = { ...received }));
    stream.on('trailers', (received: object) => (trailers = received));
    stream.on('data', (text: string) => (body += text));
    stream.on('end', () => (hasEnded = true));
    stream.on('error', ({ message }: Error) => (error = message));
    stream.on('close', () => {
      const { ':status': status } = headers;
      const isWhole = hasEnded && stream.rstCode === 0 && status !== undefined;
      const outcome = isWhole ? 'answered' : withoutEnd(stream.rstCode, status !== undefined);
      const known = typeof status === 'number' ? { status } : {};
      resolve({ outcome, ...known, headers, trailers: { ...trailers }, body, ...(error !== undefined && { error }) });
    });
  });
}

function withoutEnd(code: number | undefined, hasBegun: boolean): Http2Answer['outcome'] {
  if (hasBegun) return 'cut';
  return code === REFUSED_STREAM ? 'refused' : 'lost';
}
