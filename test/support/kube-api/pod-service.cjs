// What runs in the pods of a played Deployment: a service that ends in the way that MODE names. Prints its port when it listens. Who routes
// to it says when it may go: `leave` once nothing new comes, `end` once nothing is left. So nothing is lost however busy the machine is.
const { createServer } = require('node:http');
const { WebSocketServer } = require('ws');

const { MODE, POD_NAME = '' } = process.env;
if (MODE === 'crashes-at-start') process.exit(3);

let isStopping = false;
let isLeaving = false;
/** @type {Set<import('node:http').ServerResponse>} */
const streams = new Set();
const server = createServer((request, response) => {
  response.setHeader('x-served-by', POD_NAME);
  if (isStopping) response.setHeader('connection', 'close');
  if (request.url === '/orders/events') return stream(response);
  const answer = () => response.end('{"ok":true}');
  if (request.url === '/slow' || request.url === '/report') setTimeout(answer, 300);
  else answer();
});
// Only its clients end connections, and its answers after SIGTERM.
server.keepAliveTimeout = 0;
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  if (isLeaving) socket.close(1001);
});

/** @param {import('node:http').ServerResponse} response */
function stream(response) {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  if (isLeaving) return void response.end();
  streams.add(response);
  response.once('close', () => streams.delete(response));
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`port ${address.port}\n`);
});

process.on('SIGTERM', () => {
  isStopping = true;
  if (MODE === 'exits-at-once') process.exit(0);
});
process.on('message', (message) => {
  if (MODE === 'ignores-sigterm') return;
  if (message === 'leave') leave();
  if (message === 'end') process.exit(MODE === 'fails-its-stop' ? 3 : 0);
});
// The test has ended before its pods.
process.on('disconnect', () => process.exit(1));

function leave() {
  isStopping = true;
  isLeaving = true;
  for (const response of streams) response.end();
  for (const socket of sockets.clients) socket.close(1001);
}
