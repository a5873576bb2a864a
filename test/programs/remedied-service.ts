import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server as TcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { block } from './faults.js';

/** What it does wrong; times are in milliseconds. */
interface Mistakes {
  readonly blocksMs?: number;
  readonly closesDatabase?: boolean;
  readonly crashesAfterMs?: number;
  readonly cuts?: boolean;
  readonly exitCode?: number;
  readonly failsEvery?: number;
  readonly flaps?: boolean;
  readonly handlesLate?: boolean;
  readonly hangs?: boolean;
  readonly keepAliveMs?: number;
  readonly keepsConnections?: boolean;
  readonly keepsStreams?: boolean;
  readonly lameDuckMs?: number;
  readonly limitMs?: number;
  readonly lingersMs?: number;
  readonly liveAsReady?: boolean;
  readonly neverReady?: boolean;
  readonly noHandler?: boolean;
  readonly readyToTheEnd?: boolean;
  readonly refuses?: boolean;
  readonly slowAtTheEndMs?: number;
  readonly slowEvery?: number;
  readonly slowMs?: number;
  readonly startsMs?: number;
  readonly throwsInStop?: boolean;
  readonly warmsMs?: number;
  readonly workMs?: number;
}

/**
 * A service that stops in good order, or makes the mistakes that SERVICE names; with the argument `next` those of NEXT. It has no framework, so that it starts
 * at once.
 */
const { env, argv } = process;
// Written as JSON by the test.
const is = JSON.parse((argv[2] === 'next' ? env['NEXT'] : env['SERVICE']) ?? '{}') as Mistakes;
const streams = new Set<ServerResponse>();
let isStopping = false;
let asked = 0;
let listeningSince = Infinity;

const server = createServer((request, response) => {
  const passes = probe(request.url);
  if (passes !== undefined) response.writeHead(passes ? 200 : 503).end();
  else if (request.url === '/events') stream(response);
  else void work(request, response);
});
server.keepAliveTimeout = is.keepAliveMs ?? 75_000;

function probe(path: string | undefined): boolean | undefined {
  if (path === '/ready') return isReady() && (is.readyToTheEnd === true || !isStopping);
  if (path === '/live') return is.liveAsReady !== true || !isStopping;
  return undefined;
}

/** One that flaps is red for a second, soon after it was green. */
function isReady(): boolean {
  const listensMs = performance.now() - listeningSince;
  const isAway = is.flaps === true && listensMs > 700 && listensMs < 1700;
  return isWarm() && !isAway && is.neverReady !== true;
}

function isWarm(): boolean {
  return performance.now() - listeningSince >= (is.warmsMs ?? 0);
}

function answer(response: ServerResponse, status: number, body: string): void {
  if (isStopping && is.keepsConnections !== true) response.setHeader('Connection', 'close');
  response.writeHead(status).end(body);
}

async function work(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isWarm()) return void request.socket.destroy();
  asked += 1;
  const isFailed = isNth(is.failsEvery);
  const slowMs = isNth(is.slowEvery) ? (is.slowMs ?? 0) : 0;
  await sleep((is.workMs ?? 20) + slowMs + (isStopping ? (is.slowAtTheEndMs ?? 0) : 0));
  if (isFailed) return answer(response, 500, 'unlucky');
  if (!isStopping) return answer(response, 200, 'done');
  answerWhileStopping(response);
}

function answerWhileStopping(response: ServerResponse): void {
  if (is.closesDatabase === true) return answer(response, 500, 'the pool is closed');
  if (is.refuses === true) return answer(response, 503, 'shutting down');
  answer(response, 200, 'done');
}

function isNth(every: number | undefined): boolean {
  return every !== undefined && asked % every === 0;
}

function stream(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  const timer = setInterval(() => response.write('data: 1\n\n'), 100);
  streams.add(response);
  response.on('close', () => {
    clearInterval(timer);
    streams.delete(response);
  });
}

async function stop(): Promise<void> {
  isStopping = true;
  block(is.blocksMs ?? 0);
  if (is.limitMs !== undefined) setTimeout(() => process.exit(1), is.limitMs).unref();
  if (is.throwsInStop === true) throw new Error('the pool has no end()');
  if (is.hangs === true) return;
  if (!server.listening) process.exit(0);
  if (is.keepsStreams !== true) endStreams();
  await sleep(is.lameDuckMs ?? 1200);
  if (is.cuts === true) process.exit(0);
  close();
}

function endStreams(): void {
  for (const response of streams) response.end();
}

function close(): void {
  // Node's own end of an HTTP server closes idle connections by itself.
  if (is.keepsConnections === true) return void TcpServer.prototype.close.call(server, () => void end());
  server.close(() => void end());
  setInterval(() => server.closeIdleConnections(), 50);
}

async function end(): Promise<void> {
  await sleep(is.lingersMs ?? 0);
  if (is.exitCode === 1) console.error('flush failed, 3 writes left');
  process.exit(is.exitCode ?? 0);
}

function handle(): void {
  if (is.noHandler !== true) process.on('SIGTERM', () => void stop());
}

if (is.handlesLate !== true) handle();
setTimeout(() => {
  if (is.handlesLate === true) handle();
  server.listen(Number(env['PORT']), '127.0.0.1', () => (listeningSince = performance.now()));
}, is.startsMs ?? 0);
if (is.crashesAfterMs !== undefined) {
  setTimeout(() => {
    throw new Error('the configuration has no region');
  }, is.crashesAfterMs);
}
