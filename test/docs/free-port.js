// Loaded before a program of a page (`node --import`), so that it runs as printed: gives it free ports instead of those
// that it names, on loopback only, and says where it listens and which requests have come.
import cluster from 'node:cluster';
import { Server } from 'node:net';

const NAMES = new Map([
  [3000, 'listening'],
  [3001, 'admin port'],
  [5000, 'gRPC'],
  [9000, 'probe port'],
]);

// oxlint-disable-next-line typescript/unbound-method -- applied to each server below
const listen = Server.prototype.listen;

/** @param {unknown[]} parameters */
Server.prototype.listen = function listenOnFreePort(...parameters) {
  const [where, ...rest] = parameters;
  const port = Number(isOptions(where) ? where.port : where);
  // The primary of a cluster listens for its workers, which have asked for a free port already.
  if (port === 0 && Object.keys(cluster.workers ?? {}).length > 0) return Reflect.apply(listen, this, parameters);
  const name = NAMES.get(port);
  if (name === undefined) throw new Error(`no program of a page listens on ${port}`);
  this.once('listening', () => {
    const address = this.address();
    if (typeof address === 'object') console.log(`${name} on ${address?.port}`);
  });
  if (name !== 'gRPC')
    this.on('request', (/** @type {import('node:http').IncomingMessage} */ { url }) => console.log(`received ${url}`));
  return Reflect.apply(listen, this, [0, '127.0.0.1', ...rest.filter((value) => typeof value === 'function')]);
};

/**
 * @param {unknown} value
 * @returns {value is { readonly port?: unknown }}
 */
function isOptions(value) {
  return typeof value === 'object' && value !== null;
}
