import { type IncomingMessage } from 'node:http';
import { balancerReasonOf, fateOfAnswer, isExpected } from '../fate-of-answer.js';
import { type ClientWorld } from '../client-world.js';
import { endsConnection } from '../http1/http1-exchange.js';
import { Exchange } from '../exchange.js';
import { Http1Connection } from '../http1/http1-connection.js';
import { Beginning } from '../transfer/beginning.js';
import { type EventStreamMemory } from './event-stream-memory.js';
import { type Outcome } from '../outcome.js';
import { type Question } from '../question.js';
import { type Visit } from '../visit.js';

/** What the parts of one connection share. */
interface StreamTry {
  readonly question: Question;
  readonly exchange: Exchange;
  readonly visit: Visit;
  readonly memory: EventStreamMemory;
}

/**
 * One connection of an EventSource: lasts until the visit is over, which is `answered`, or until the server ends it: `told-to-go` where
 * the last chunk came, so that the server meant it, and `reset` otherwise.
 */
export async function exchangeEventStream(
  question: Question,
  world: ClientWorld,
  { visit, memory }: Pick<StreamTry, 'visit' | 'memory'>,
): Promise<Outcome> {
  const connection = new Http1Connection(world.address, 'keep-alive');
  const exchange = new Exchange(world, connection, false);
  const request = connection.ask({ ...question, headers: headersOf(question, memory) });
  request.on('error', (error) => exchange.fail(error));
  request.on('response', (response) => follow(response, { question, exchange, visit, memory }));
  request.end(question.body);
  const outcome = await exchange.settled;
  memory.endConnection();
  connection.destroy();
  return outcome;
}

function headersOf({ headers }: Question, { lastEventId }: EventStreamMemory): Question['headers'] {
  return {
    accept: 'text/event-stream',
    'cache-control': 'no-store',
    ...(lastEventId !== '' && { 'last-event-id': lastEventId }),
    ...headers,
  };
}

function follow(response: IncomingMessage, { question, exchange, visit, memory }: StreamTry): void {
  const status = response.statusCode ?? 0;
  const isStream = status === 200 && (response.headers['content-type'] ?? '').startsWith('text/event-stream');
  const beginning = new Beginning(question.kind);
  exchange.begin(status, response.headers);
  exchange.endsConnection = endsConnection(response);
  response.on('error', (error) => exchange.fail(error));
  response.on('data', (bytes: Buffer) => (isStream ? memory.read(bytes) : beginning.add(bytes)));
  response.on('end', () => {
    if (!response.complete) return;
    if (isStream) return settleEnded(exchange, response);
    const balancerReason = balancerReasonOf(response.headers);
    const { fate, detail } = fateOfAnswer(question.kind, { status, balancerReason, body: beginning });
    exchange.settle(fate, detail);
  });
  if (!isStream || !isExpected(question.kind, status)) return;
  exchange.endPatience();
  exchange.whenSettled(visit.whenOver(() => exchange.settle('answered')));
}

/** Only a length, or a last chunk, distinguishes a complete stream from a process that died. */
function settleEnded(exchange: Exchange, { headers }: IncomingMessage): void {
  const isFramed = headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
  if (isFramed) exchange.settle('told-to-go', 'the stream ended');
  else exchange.settle('reset', 'the connection ended, and with it a stream without a length');
}
