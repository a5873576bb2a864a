import { type ClientRequest, type IncomingMessage } from 'node:http';
import { balancerReasonOf, fateOfAnswer } from '../fate-of-answer.js';
import { type ClientWorld } from '../client-world.js';
import { Exchange } from '../exchange.js';
import { Beginning } from '../transfer/beginning.js';
import { readAnswer } from '../transfer/read-answer.js';
import { sendBody } from '../transfer/send-body.js';
import { type Http1Connection } from './http1-connection.js';
import { type Outcome } from '../outcome.js';
import { type Question } from '../question.js';

/**
 * Asks once on this connection, and never again. Resolves when the fate is decided and the connection may be given to another request:
 * an answer counts when its last byte has come, as its framing says (RFC 9112 §6.3); one without a length ends with its connection.
 */
export async function exchangeOverHttp1(
  connection: Http1Connection,
  question: Question,
  world: ClientWorld,
): Promise<Outcome> {
  const exchange = new Exchange(world, connection, connection.uses > 0);
  const request = connection.ask(question);
  const closed = new Promise<void>((resolve) => {
    request.once('close', resolve);
  });
  request.on('error', (error) => exchange.fail(error));
  request.on('response', (response) => follow(response, question, { world, exchange }));
  const stopSending = sendBody(request, question.body, {
    bytesPerSecond: question.kind.uploadBytesPerSecond,
    clock: world.clock,
    onProgress: () => renewIfPaced(question, exchange),
  });
  const outcome = await exchange.settled;
  stopSending();
  if (!isDone(request)) connection.destroy();
  await closed;
  return outcome;
}

/** A part of a request or of an answer that is still on its way makes the connection useless for others. */
function isDone(request: ClientRequest): boolean {
  return request.writableFinished && request.destroyed;
}

function follow(
  response: IncomingMessage,
  { kind }: Question,
  { world, exchange }: { readonly world: ClientWorld; readonly exchange: Exchange },
): void {
  const status = response.statusCode ?? 0;
  const beginning = new Beginning(kind);
  exchange.begin(status, response.headers);
  exchange.endsConnection = endsConnection(response);
  if (kind.downloadBytesPerSecond !== undefined) exchange.renewPatience();
  const stopReading = readAnswer(response, {
    bytesPerSecond: kind.downloadBytesPerSecond,
    clock: world.clock,
    onBytes: (bytes) => {
      beginning.add(bytes);
      if (kind.downloadBytesPerSecond !== undefined) exchange.renewPatience();
    },
  });
  exchange.whenSettled(stopReading);
  response.on('error', (error) => exchange.fail(error));
  response.on('end', () => {
    if (!response.complete) return;
    const balancerReason = balancerReasonOf(response.headers);
    const { fate, detail } = fateOfAnswer(kind, { status, balancerReason, body: beginning });
    exchange.settle(fate, detail);
  });
}

/** Whether this was the last answer of its connection (RFC 9112 §9.3). */
export function endsConnection({ headers, httpVersion }: IncomingMessage): boolean {
  const options = (headers.connection ?? '').toLowerCase().split(/\s*,\s*/);
  return options.includes('close') || (httpVersion === '1.0' && !options.includes('keep-alive'));
}

/** A slow transfer takes as long as it takes: the client gives up when nothing moves. */
function renewIfPaced({ kind }: Question, exchange: Exchange): void {
  if (kind.uploadBytesPerSecond !== undefined) exchange.renewPatience();
}
