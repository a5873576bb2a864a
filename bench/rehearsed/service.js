// Usage: PORT=3000 SERVICE=right node bench/rehearsed/service.js
// One of the ten services. Its slow requests take half a second.
import { createServer } from 'node:http';
import { SERVICES } from './services.js';

const SLOW_MS = 500;

const { SERVICE = '', PORT } = process.env;
const service = SERVICES[SERVICE];
if (service === undefined)
  throw new Error(`SERVICE is "${SERVICE}": it must be one of ${Object.keys(SERVICES).join(', ')}`);

let isStopping = false;
let answeredWhileStopping = 0;
/** @type {Set<import('node:net').Socket>} */
const sockets = new Set();
/** @type {Set<import('node:http').ServerResponse>} */
const unanswered = new Set();

const server = createServer((request, response) => {
  if (request.url === '/ready')
    return void response.writeHead(isStopping && service.isGreen !== true ? 503 : 200).end();
  unanswered.add(response);
  response.once('close', () => unanswered.delete(response));
  if (isStopping && service.saysClose) response.setHeader('Connection', 'close');
  const refusal = isStopping ? refusalOf(service) : undefined;
  if (refusal !== undefined) return void response.writeHead(refusal).end();
  if (request.url === '/slow') setTimeout(() => answerSlow(response), SLOW_MS);
  else response.end('quick');
});
// Its clients end connections before it does.
server.keepAliveTimeout = 75_000;
server.on('connection', (socket) => {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
});
server.listen(Number(PORT));

/**
 * The status of an answer that is none, or `undefined`.
 * @param {import('./services.js').StoppingService} service
 */
function refusalOf({ refuses, failsEvery }) {
  answeredWhileStopping += 1;
  if (refuses) return 503;
  return failsEvery !== undefined && answeredWhileStopping % failsEvery === 0 ? 500 : undefined;
}

/** @param {import('node:http').ServerResponse} response */
function answerSlow(response) {
  if (isStopping && service?.crashes) throw new Error('what the request needs is closed');
  if (isStopping && service?.fails) return void response.writeHead(500).end();
  response.end('slow');
}

process.once('SIGTERM', () => {
  isStopping = true;
  for (const response of unanswered) {
    if (service.saysClose && !response.headersSent) response.setHeader('Connection', 'close');
  }
  const until = performance.now() + (service.standsStillMs ?? 0);
  while (performance.now() < until);
  service.onSignal({ server, sockets, unanswered });
});
