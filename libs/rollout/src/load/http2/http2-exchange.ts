import { constants, type ClientHttp2Stream } from 'node:http2';
import { balancerReasonOf, fateOfAnswer } from '../fate-of-answer.js';
import { type ClientWorld } from '../client-world.js';
import { Exchange } from '../exchange.js';
import { type Http2Connection } from './http2-connection.js';
import { type Outcome } from '../outcome.js';
import { type Question } from '../question.js';
import { Beginning } from '../transfer/beginning.js';
import { readAnswer } from '../transfer/read-answer.js';
import { sendBody } from '../transfer/send-body.js';

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = constants;

/** What the parts of one try share. */
interface StreamTry {
  readonly connection: Http2Connection;
  readonly question: Question;
  readonly world: ClientWorld;
  readonly exchange: Exchange;
  readonly stream: ClientHttp2Stream;
}

/** Asks once on this session. An answer counts when its stream has ended without an error code. */
export async function exchangeOverHttp2(
  connection: Http2Connection,
  question: Question,
  world: ClientWorld,
): Promise<Outcome> {
  const exchange = new Exchange(world, connection, connection.uses > 0);
  const stream = connection.ask(question);
  const isPaced = question.kind.uploadBytesPerSecond !== undefined;
  follow({ connection, question, world, exchange, stream });
  const stopSending = sendBody(stream, question.body, {
    bytesPerSecond: question.kind.uploadBytesPerSecond,
    clock: world.clock,
    onProgress: () => isPaced && exchange.renewPatience(),
  });
  const outcome = await exchange.settled;
  stopSending();
  if (!stream.closed) stream.close(NGHTTP2_CANCEL);
  return outcome;
}

function follow(tried: StreamTry): void {
  const { stream, exchange, connection } = tried;
  const note = (): void => {
    exchange.endsConnection = connection.hasGoaway;
    exchange.isUnprocessed = isUnprocessed(stream, connection);
  };
  stream.on('response', (headers) => followAnswer(tried, { status: headers[':status'] ?? 0, headers, note }));
  stream.on('error', (error: Error) => {
    note();
    exchange.fail(error);
  });
  stream.on('close', () => {
    note();
    exchange.fail(new Error(`the stream ended with code ${stream.rstCode} before its answer did`));
  });
}

function followAnswer(
  { stream, exchange, question: { kind }, world }: StreamTry,
  { status, headers, note }: { status: number; headers: Readonly<Record<string, unknown>>; note: () => void },
): void {
  const isPaced = kind.downloadBytesPerSecond !== undefined;
  const beginning = new Beginning(kind);
  exchange.begin(status, headers);
  if (isPaced) exchange.renewPatience();
  const stopReading = readAnswer(stream, {
    bytesPerSecond: kind.downloadBytesPerSecond,
    clock: world.clock,
    onBytes: (bytes) => {
      beginning.add(bytes);
      if (isPaced) exchange.renewPatience();
    },
  });
  exchange.whenSettled(stopReading);
  stream.on('end', () => {
    // The end of a broken stream looks like the end of a whole one, but for the code.
    if (stream.aborted || (stream.rstCode ?? NGHTTP2_NO_ERROR) !== NGHTTP2_NO_ERROR) return;
    note();
    const { fate, detail } = fateOfAnswer(kind, {
      status,
      balancerReason: balancerReasonOf(headers),
      body: beginning,
    });
    exchange.settle(fate, detail);
  });
}

/** RFC 9113 §6.8: a stream above the last one of a GOAWAY was not and will not be processed; §8.7: nor was a refused one. */
export function isUnprocessed(stream: ClientHttp2Stream, { lastStreamId }: Http2Connection): boolean {
  const isAbove = lastStreamId !== undefined && stream.id !== undefined && stream.id > lastStreamId;
  return isAbove || stream.rstCode === NGHTTP2_REFUSED_STREAM;
}
