import { type ClientHttp2Stream } from 'node:http2';
import { type Http2Connection } from '../http2/http2-connection.js';
import { GrpcError } from './grpc-error.js';
import { FrameReader } from './grpc-frames.js';
import { grpcMessageOf } from './grpc-status.js';

/** How every call of gRPC begins (gRPC over HTTP/2). */
export const GRPC_HEADERS = { 'content-type': 'application/grpc', te: 'trailers' } as const;

/** What a server answered. */
export interface SimpleAnswer {
  readonly status: number;
  readonly message: string;
  readonly messages: readonly Buffer[];
}

/**
 * One call that is no request of the load.
 *
 * @throws GrpcError when there is no answer of gRPC
 */
export function simpleCall(
  connection: Http2Connection,
  { path, body, signal }: { readonly path: string; readonly body: Buffer; readonly signal: AbortSignal },
): Promise<SimpleAnswer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: Error): void =>
      reject(new GrpcError(`the service gave no answer of gRPC to ${path}: ${why}`, { cause }));
    if (signal.aborted) return fail('there was no time left');
    const stream = connection.begin({ ...GRPC_HEADERS, ':method': 'POST', ':path': path });
    const abort = (): void => void stream.destroy(new Error('it took too long'));
    signal.addEventListener('abort', abort, { once: true });
    const answer = read(stream);
    stream.on('error', (error: Error) => fail(error.message, error));
    stream.on('close', () => {
      signal.removeEventListener('abort', abort);
      const { status } = answer;
      if (status === undefined) fail(`the stream ended with code ${stream.rstCode}, without grpc-status`);
      else resolve({ status, message: answer.message, messages: answer.messages });
    });
    stream.end(body);
  });
}

function read(stream: ClientHttp2Stream): { status: number | undefined; message: string; messages: Buffer[] } {
  const answer: ReturnType<typeof read> = { status: undefined, message: '', messages: [] };
  const frames = new FrameReader();
  const take = (headers: Readonly<Record<string, unknown>>): void => {
    const status = headers['grpc-status'];
    if (typeof status !== 'string') return;
    answer.status = Number(status);
    answer.message = grpcMessageOf(headers['grpc-message']);
  };
  stream.on('response', take);
  stream.on('trailers', take);
  stream.on('data', (bytes: Buffer) => answer.messages.push(...frames.read(bytes).filter((one) => one !== undefined)));
  return answer;
}
