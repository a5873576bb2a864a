import { createServer } from 'node:net';
import { type ServicePort } from '../scenario/scenario.js';

/** A port of a pod: what the container calls it, and what it is on this machine. */
export interface PodPort extends ServicePort {
  readonly port: number;
}

/**
 * Below what Linux (from 32768) and macOS and Windows (from 49152) give to outgoing connections: a client's connection can then not
 * take a port between our letting go of it and the service's listening.
 */
const FIRST = 20_000;
const COUNT = 12_000;

// Not from the seed: two rehearsals side by side, with the same seed, must not want the same ports.
let next = Math.floor(Math.random() * COUNT);

/**
 * A free port for each of the service's own, none of them handed out before: what still believes in a pod that has gone must not reach
 * another one.
 */
export async function reservePorts(ports: readonly ServicePort[]): Promise<readonly PodPort[]> {
  const reserved: PodPort[] = [];
  for (const port of ports) reserved.push({ ...port, port: await freePort() });
  return reserved;
}

/** The machine's port that stands for a container's, when the service has declared it. */
export function portOf(ports: readonly PodPort[], containerPort: number): number | undefined {
  return ports.find((port) => port.containerPort === containerPort)?.port;
}

async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries += 1) {
    const port = FIRST + next;
    next = (next + 1) % COUNT;
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port between ${FIRST} and ${FIRST + COUNT}: stop something that listens there`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
