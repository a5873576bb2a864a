import { constants, type ClientHttp2Stream } from 'node:http2';
import { type ClientWorld } from '../client-world.js';
import { Exchange } from '../exchange.js';
import { type Http2Connection } from '../http2/http2-connection.js';
import { isUnprocessed } from '../http2/http2-exchange.js';
import { type RequestKind } from '../load-plan.js';
import { type Outcome } from '../outcome.js';
import { type Question } from '../question.js';
import { Beginning } from '../transfer/beginning.js';
import { readAnswer } from '../transfer/read-answer.js';
import { sendBody } from '../transfer/send-body.js';
import { type Visit } from '../visit.js';
import { FrameReader } from './grpc-frames.js';
import { type GrpcMethod } from './grpc-schema.js';
import { grpcMessageOf, grpcStatusName, httpStatusOf, isUsualAnswer } from './grpc-status.js';
import { GRPC_HEADERS } from './simple-call.js';

const { NGHTTP2_CANCEL } = constants;

/** One call: what is sent, on which connection, and what it is about. */
export interface GrpcCall {
  readonly connection: Http2Connection;
  readonly question: Question;
  readonly method: GrpcMethod;
  /** How long its client stays, where the server streams. */
  readonly visit?: Visit | undefined;
}

/** What the parts of one call share. */
interface CallTry extends GrpcCall {
  readonly world: ClientWorld;
  readonly exchange: Exchange;
  readonly stream: ClientHttp2Stream;
  readonly said: { code?: number; message?: string };
}

/**
 * One call of gRPC. Its fate is that of its `grpc-status`, which comes in the trailers: without one the call was cut. Where the server streams, it lasts
 * until the visit is over, which is `answered`, or until the server ends it: `told-to-go` where GOAWAY came before its end.
 */
export async function exchangeOverGrpc(call: GrpcCall, world: ClientWorld): Promise<Outcome> {
  const { connection, question, method, visit } = call;
  const exchange = new Exchange(world, connection, connection.uses > 0);
  const stream = connection.begin({ ...question.headers, ...GRPC_HEADERS, ':method': 'POST', ':path': question.path });
  follow({ ...call, world, exchange, stream, said: {} });
  const body = method.framesOf(messageOf(question));
  const stopSending = send(stream, body, { call, world, exchange });
  if (visit !== undefined) stayOn(stream, exchange, { call, visit });
  const outcome = await exchange.settled;
  stopSending();
  if (!stream.closed) stream.close(NGHTTP2_CANCEL);
  return outcome;
}

/** What is sent, as it was written; an empty message where nothing was. */
export function messageOf({ body }: Pick<Question, 'body'>): unknown {
  return body === undefined ? {} : JSON.parse(body.toString());
}

/** Where both sides stream, the client ends its side as it goes. */
function send(
  stream: ClientHttp2Stream,
  body: Buffer,
  { call, world, exchange }: { call: GrpcCall; world: ClientWorld; exchange: Exchange },
): () => void {
  const { question, method, visit } = call;
  if (method.sendsMany && visit !== undefined) {
    stream.write(body);
    return () => undefined;
  }
  const { uploadBytesPerSecond } = question.kind;
  const onProgress = (): void => {
    if (uploadBytesPerSecond !== undefined) exchange.renewPatience();
  };
  return sendBody(stream, body, { bytesPerSecond: uploadBytesPerSecond, clock: world.clock, onProgress });
}

/** A stream may be silent for as long as it likes, once the server speaks HTTP/2. */
function stayOn(
  stream: ClientHttp2Stream,
  exchange: Exchange,
  { call, visit }: { call: GrpcCall; visit: Visit },
): void {
  const { connection, method } = call;
  connection.whenGreeted(() => exchange.endPatience());
  const leave = (): void => {
    if (!method.sendsMany || stream.closed) return exchange.settle('answered');
    // The server is told that nothing more comes, and ends the call in its turn.
    stream.end();
    exchange.renewPatience();
  };
  exchange.whenSettled(visit.whenOver(leave));
}

function follow(call: CallTry): void {
  const { stream, exchange, connection, question, world, said } = call;
  const beginning = new Beginning(question.kind);
  const frames = new FrameReader();
  const take = (headers: Readonly<Record<string, unknown>>): void => {
    const code = headers['grpc-status'];
    if (typeof code !== 'string') return;
    said.code = Number(code);
    said.message = grpcMessageOf(headers['grpc-message']);
  };
  const isPaced = question.kind.downloadBytesPerSecond !== undefined;
  stream.on('response', (headers) => {
    exchange.begin(headers[':status'] ?? 0, headers);
    take(headers);
    const stopReading = readAnswer(stream, {
      bytesPerSecond: question.kind.downloadBytesPerSecond,
      clock: world.clock,
      onBytes: (bytes) => {
        keep(frames.read(bytes), call, beginning);
        if (isPaced) exchange.renewPatience();
      },
    });
    exchange.whenSettled(stopReading);
  });
  stream.on('trailers', take);
  stream.on('end', () => {
    if (said.code !== undefined) settle(call, beginning);
  });
  const fail = (error: Error): void => {
    if (said.code !== undefined) return settle(call, beginning);
    exchange.endsConnection = connection.hasGoaway;
    exchange.isUnprocessed = isUnprocessed(stream, connection);
    exchange.fail(error);
  };
  stream.on('error', fail);
  stream.on('close', () => fail(new Error(`the stream ended with code ${stream.rstCode}, without grpc-status`)));
}

/** Answers are only looked into where something is expected of them. */
function keep(
  messages: readonly (Buffer | undefined)[],
  { question: { kind }, method }: CallTry,
  beginning: Beginning,
): void {
  if (kind.bodyHas === undefined && kind.bodyHasNot === undefined) return;
  for (const message of messages) {
    if (message !== undefined) beginning.add(Buffer.from(`${method.textOf(message)}\n`));
  }
}

function settle({ exchange, connection, question: { kind }, visit, said }: CallTry, body: Beginning): void {
  const { code = 0, message = '' } = said;
  exchange.begin(httpStatusOf(code));
  exchange.grpcStatus = grpcStatusName(code);
  exchange.endsConnection = connection.hasGoaway;
  const detail = [exchange.grpcStatus, ...(message === '' ? [] : [message])].join(': ');
  if (!isExpectedStatus(kind, code)) return exchange.settle('server-error', detail);
  const { problem } = body;
  if (problem !== undefined) return exchange.settle('server-error', `${problem}: ${body.text}`);
  if (visit !== undefined && !visit.isOver && connection.hasGoaway)
    return exchange.settle('told-to-go', 'the stream ended');
  exchange.settle('answered', code === 0 ? undefined : detail);
}

function isExpectedStatus({ expect }: RequestKind, code: number): boolean {
  return expect === undefined ? isUsualAnswer(code) : expect.includes(code);
}
