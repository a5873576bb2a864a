import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections: one of those could take a port while nothing listens on it. */
const FIRST = 10_000;
const COUNT = 10_000;

let next = Math.floor(Math.random() * COUNT);

/** A port of this machine that nothing listens on, and that was not given before. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error(`no port between ${FIRST} and ${FIRST + COUNT} is free: stop something that listens there`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    // On all addresses, as a service listens.
    await once(server.listen(port), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
