import { connect, type Socket } from 'node:net';
import { readResponse } from './http-response.js';

/**
 * What became of one request. `reset`: the connection was closed before a byte of the answer; `reset-on-reuse`: the same,
 * on a connection that had served before; `truncated`: after a part of the answer.
 */
export type Outcome = 'ok' | 'refused' | 'reset' | 'reset-on-reuse' | 'truncated' | 'timeout' | `http-${number}`;

export interface Request {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Answer {
  outcome: Outcome;
  /** Present when the answer is complete, whatever its status. */
  status?: number;
  headers: Map<string, string>;
  body: string;
  /** The request went over a connection that had served one before. */
  wasReused: boolean;
  error?: string;
}

export interface HttpClientOptions {
  timeoutMs?: number;
  /** Where its connections come from. */
  localAddress?: string;
}

interface Connection {
  socket: Socket;
  hasServed: boolean;
  /** The server has not said, in any way, that this connection is over. */
  isUsable: boolean;
}

/**
 * An HTTP/1.1 client on one kept-alive connection that never retries: it tells what a client without luck or a proxy
 * sees. Only when the server has closed the connection, or said it would, does the next request open another.
 */
export class HttpClient {
  private readonly url: URL;
  private readonly timeoutMs: number;
  private readonly localAddress: string | undefined;
  private connection: Connection | undefined;

  constructor(url: string, { timeoutMs = 30_000, localAddress }: HttpClientOptions = {}) {
    this.url = new URL(url);
    this.timeoutMs = timeoutMs;
    this.localAddress = localAddress;
  }

  async request(request: Request = {}): Promise<Answer> {
    const connection = this.connection?.isUsable ? this.connection : await this.connect();
    if ('outcome' in connection) return connection;
    const answer = await this.exchange(connection, this.format(request));
    connection.hasServed = true;
    if (answer.status === undefined || answer.headers.get('connection') === 'close') this.close();
    return answer;
  }

  close(): void {
    this.connection?.socket.destroy();
    this.connection = undefined;
  }

  private connect(): Promise<Connection | Answer> {
    return new Promise((resolve) => {
      const { localAddress } = this;
      const from = localAddress === undefined ? {} : { localAddress };
      const socket = connect({ host: this.url.hostname, port: Number(this.url.port), noDelay: true, ...from });
      const connection: Connection = { socket, hasServed: false, isUsable: true };
      const isOver = (): void => void (connection.isUsable = false);
      socket.on('end', isOver).on('close', isOver);
      socket.once('connect', () => resolve((this.connection = connection)));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        isOver();
        resolve(lost(error.code === 'ECONNREFUSED' ? 'refused' : 'reset', connection, error.message));
      });
    });
  }

  private exchange(connection: Connection, bytes: string): Promise<Answer> {
    const { socket } = connection;
    return new Promise((resolve) => {
      let received = Buffer.alloc(0);
      let error: string | undefined;
      const settle = (answer: Answer): void => {
        clearTimeout(timer);
        socket.off('data', onData).off('end', onClose).off('close', onClose).off('error', onError);
        resolve(answer);
      };
      const look = (hasEnded: boolean): boolean => {
        const response = readResponse(received, hasEnded);
        if (response.isComplete) settle(answered(response, connection));
        return response.isComplete;
      };
      const onData = (data: Buffer): void => {
        received = Buffer.concat([received, data]);
        look(false);
      };
      const onError = ({ message }: Error): void => void (error = message);
      const onClose = (): void => {
        if (look(error === undefined)) return;
        const beforeAnswer = connection.hasServed ? 'reset-on-reuse' : 'reset';
        settle(lost(received.length > 0 ? 'truncated' : beforeAnswer, connection, error));
      };
      const timer = setTimeout(() => settle(lost('timeout', connection)), this.timeoutMs);
      socket.on('data', onData).on('end', onClose).on('close', onClose).on('error', onError);
      socket.write(bytes);
    });
  }

  private format({ method = 'GET', path = '/', headers = {}, body = '' }: Request): string {
    const lines = Object.entries({ Host: this.url.host, 'Content-Length': Buffer.byteLength(body), ...headers });
    return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
  }
}

function answered(
  { status, headers, body }: { status: number; headers: Map<string, string>; body: string },
  { hasServed }: Connection,
): Answer {
  return { outcome: status < 400 ? 'ok' : `http-${status}`, status, headers, body, wasReused: hasServed };
}

function lost(outcome: Outcome, { hasServed }: Connection, error?: string): Answer {
  return { outcome, headers: new Map(), body: '', wasReused: hasServed, ...(error !== undefined && { error }) };
}
