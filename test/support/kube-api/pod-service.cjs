// What runs in the pods of a played Deployment: a service that ends in the way that MODE names. Prints its port when it listens.
const { createServer } = require('node:http');

const { MODE, SERVE_FOR_MS } = process.env;
if (MODE === 'crashes-at-start') process.exit(3);

let isStopping = false;
const server = createServer((request, response) => {
  if (isStopping) response.setHeader('connection', 'close');
  const answer = () => response.end('{"ok":true}');
  if (request.url === '/slow') setTimeout(answer, 300);
  else answer();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`port ${address.port}\n`);
});

process.on('SIGTERM', () => {
  isStopping = true;
  if (MODE === 'ignores-sigterm') return;
  if (MODE === 'exits-at-once') process.exit(0);
  setTimeout(() => {
    server.close(() => process.exit(MODE === 'fails-its-stop' ? 3 : 0));
    server.closeIdleConnections();
  }, Number(SERVE_FOR_MS));
});
