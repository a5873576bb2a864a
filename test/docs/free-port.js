// Loaded before a program of the README (`node --import`), so that it runs as printed: gives it free ports instead of
// 3000 and 3001, on loopback only, and says where it listens and which requests have come.
import { Server } from 'node:net';

const NAMES = new Map([
  [3000, 'listening'],
  [3001, 'admin port'],
]);

// oxlint-disable-next-line typescript/unbound-method -- applied to each server below
const listen = Server.prototype.listen;

/** @param {unknown[]} parameters */
Server.prototype.listen = function listenOnFreePort(...parameters) {
  const [port, ...rest] = parameters;
  const name = NAMES.get(Number(port));
  if (name === undefined) throw new Error(`the README's programs listen on 3000 or 3001, not on ${String(port)}`);
  this.once('listening', () => {
    const address = this.address();
    if (typeof address === 'object') console.log(`${name} on ${address?.port}`);
  });
  this.on('request', (/** @type {import('node:http').IncomingMessage} */ { url }) => console.log(`received ${url}`));
  return Reflect.apply(listen, this, [0, '127.0.0.1', ...rest.filter((value) => typeof value === 'function')]);
};
