import { type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { type Address, authorityOf, openSocket } from '../address.js';
import { balancerReasonOf, fateOfAnswer } from '../fate-of-answer.js';
import { ConnectionLife } from '../connection-life.js';
import { type ClientWorld } from '../client-world.js';
import { Exchange, type Way } from '../exchange.js';
import { type Fate } from '../../ledger/request-record.js';
import { type Outcome } from '../outcome.js';
import { type Question } from '../question.js';
import { Beginning } from '../transfer/beginning.js';
import { type Visit } from '../visit.js';

/**
 * Normal closure, going away, a close frame without a code (RFC 6455 §7.4.1), service restart (IANA WebSocket Close Code Number
 * Registry).
 */
const GOOD_CLOSES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1012]);
/** What a client reports when no close frame came. */
const ABNORMAL = 1006;

/**
 * One WebSocket: lasts until the visit is over, which is `answered`, or until the server ends it: `told-to-go` with a close frame that
 * asks for no more than to come back, `reset` with none, `server-error` with any other. A body is its first message.
 */
export async function exchangeWebSocket(question: Question, world: ClientWorld, visit: Visit): Promise<Outcome> {
  const tcp = new TcpWay(world.address);
  const exchange = new Exchange(world, tcp, false);
  const webSocket = new WebSocket(`ws://${authorityOf(world.address)}${question.path}`, {
    headers: { ...question.headers },
    perMessageDeflate: false,
    createConnection: () => tcp.socket,
  });
  webSocket.on('error', (error) => exchange.fail(error));
  webSocket.on('unexpected-response', (_request, response) => followRefusal(response, question, exchange));
  webSocket.on('close', (code, reason) => exchange.settle(fateOfClose(code), detailOfClose(code, reason)));
  webSocket.on('upgrade', ({ headers }) => exchange.begin(101, headers));
  webSocket.on('open', () => {
    exchange.endPatience();
    if (question.body !== undefined) webSocket.send(question.body.toString());
    exchange.whenSettled(visit.whenOver(() => exchange.settle('answered')));
  });
  const outcome = await exchange.settled;
  await closeInTime(webSocket, tcp.socket, world);
  return outcome;
}

/** Says goodbye where one can, and does not wait for it longer than for an answer. */
async function closeInTime(webSocket: WebSocket, socket: Socket, world: ClientWorld): Promise<void> {
  if (webSocket.readyState !== WebSocket.OPEN || world.abandoned.aborted) return void socket.destroy();
  const giveUp = (): void => webSocket.terminate();
  const cancel = world.clock.after(world.requestTimeoutMs, giveUp);
  world.abandoned.addEventListener('abort', giveUp, { once: true });
  await new Promise<void>((resolve) => {
    webSocket.once('close', () => resolve());
    webSocket.close(1000);
  });
  world.abandoned.removeEventListener('abort', giveUp);
  cancel();
}

function followRefusal(response: IncomingMessage, { kind }: Question, exchange: Exchange): void {
  const status = response.statusCode ?? 0;
  const beginning = new Beginning(kind);
  exchange.begin(status, response.headers);
  response.on('error', (error) => exchange.fail(error));
  response.on('data', (bytes: Buffer) => beginning.add(bytes));
  response.on('end', () => {
    const balancerReason = balancerReasonOf(response.headers);
    const { fate, detail } = fateOfAnswer(kind, { status, balancerReason, body: beginning });
    exchange.settle(fate, detail);
  });
}

function fateOfClose(code: number): Fate {
  if (GOOD_CLOSES.has(code)) return 'told-to-go';
  return code === ABNORMAL ? 'reset' : 'server-error';
}

function detailOfClose(code: number, reason: Buffer): string {
  if (code === ABNORMAL) return '1006: ended without a close frame';
  return reason.length === 0 ? String(code) : `${code}: ${reason.toString()}`;
}

/** The connection below a WebSocket. */
class TcpWay implements Way {
  hasOpened = false;
  localPort: number | undefined;
  readonly life = new ConnectionLife();
  readonly socket: Socket;

  constructor(address: Address) {
    this.socket = openSocket(address);
    this.socket.once('connect', () => {
      this.hasOpened = true;
      this.localPort = this.socket.localPort;
    });
  }
}
