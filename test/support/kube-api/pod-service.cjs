// What runs in the pods of a played Deployment: a service that ends in the way that MODE names. Prints its port when it listens.
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');

const { MODE, SERVE_FOR_MS, POD_NAME = '' } = process.env;
/** Nothing has come for so long: somebody else has the requests. */
const QUIET_MS = 2000;
if (MODE === 'crashes-at-start') process.exit(3);

let isStopping = false;
let lastRequestAt = Date.now();
/** @type {Set<import('node:http').ServerResponse>} */
const streams = new Set();
const server = createServer((request, response) => {
  lastRequestAt = Date.now();
  response.setHeader('x-served-by', POD_NAME);
  if (isStopping) response.setHeader('connection', 'close');
  if (request.url === '/orders/events') return stream(response);
  const answer = () => response.end('{"ok":true}');
  if (request.url === '/slow' || request.url === '/report') setTimeout(answer, 300);
  else answer();
});
const sockets = new WebSocketServer({ server });

/** @param {import('node:http').ServerResponse} response */
function stream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  streams.add(response);
  response.once('close', () => streams.delete(response));
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`port ${address.port}\n`);
});

process.on('SIGTERM', () => {
  isStopping = true;
  if (MODE === 'ignores-sigterm') return;
  if (MODE === 'exits-at-once') process.exit(0);
  if (MODE === 'ends-when-quiet') return endWhenQuiet();
  setTimeout(end, Number(SERVE_FOR_MS));
});

function endWhenQuiet() {
  const left = lastRequestAt + QUIET_MS - Date.now();
  if (left <= 0) end();
  else setTimeout(endWhenQuiet, left);
}

function end() {
  for (const response of streams) response.end();
  for (const socket of sockets.clients) socket.close(1001);
  server.close(() => process.exit(MODE === 'fails-its-stop' ? 3 : 0));
  server.closeIdleConnections();
}
