// What tracking costs a request, measured alone: the same events on the same server, with and without our listeners.
// Prints medians of interleaved rounds, and a null pair (nothing against nothing) that shows the noise.
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import { systemClock } from '../libs/lifecycle/dist/esm/deadline/clock.js';
import { InFlightWork } from '../libs/lifecycle/dist/esm/in-flight/in-flight-work.js';
import { HttpTraffic } from '../libs/lifecycle/dist/esm/traffic/http-traffic.js';

const REQUESTS = 200_000;
const ROUNDS = 9;

/** A server with somebody listening, as every framework does. */
function plainServer() {
  return createServer()
    .removeAllListeners('request')
    .on('request', (_request, response) => response.statusCode);
}

function trackedServer() {
  const server = plainServer();
  new HttpTraffic(systemClock, new InFlightWork(), { retryAfterSeconds: 1, exemptPaths: [] }).attach(server);
  return server;
}

/** @param {import('node:http').Server} server */
function serve(server) {
  const socket = Object.assign(new EventEmitter(), { destroyed: false, destroy: () => undefined });
  const request = { httpVersionMajor: 1, socket, method: 'GET', url: '/' };
  const startedAt = performance.now();
  for (let count = 0; count < REQUESTS; count += 1) {
    const response = Object.assign(new EventEmitter(), { headersSent: false, req: request });
    server.emit('request', request, response);
    response.emit('close');
  }
  return ((performance.now() - startedAt) * 1e6) / REQUESTS;
}

/** @param {number[]} values */
function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** @type {Record<string, () => import('node:http').Server>} */
const variants = { plain: plainServer, 'plain again': plainServer, tracked: trackedServer };
/** @type {Record<string, number[]>} */
const results = Object.fromEntries(Object.keys(variants).map((name) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, create] of Object.entries(variants)) {
    const ns = serve(create());
    if (round > 0) results[name]?.push(ns);
  }
}

const plain = results['plain'] ?? [];
console.log(`${process.version}, ${REQUESTS} requests, median of ${ROUNDS - 1} rounds`);
for (const [name, figures] of Object.entries(results)) {
  const extra = figures.map((ns, round) => ns - (plain[round] ?? 0));
  const spread = `${Math.min(...extra).toFixed(0)} to ${Math.max(...extra).toFixed(0)}`;
  const line = `${median(figures).toFixed(0)} ns a request, ${median(extra).toFixed(0)} ns (${spread}) more than plain`;
  console.log(`${name.padEnd(12)} ${line}`);
}
