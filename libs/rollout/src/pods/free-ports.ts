import { createServer } from 'node:net';
import { type ServicePort } from '../scenario/scenario.js';

/** A port of a pod: what the container calls it, and what it is on this machine. */
export interface PodPort extends Omit<ServicePort, 'variable'> {
  /** By which others reach it. */
  readonly port: number;
  /** Where the service listens: the same, or what the container calls it where the pod has a network of its own. */
  readonly inside: number;
  /** None where the service needs none to listen there. */
  readonly variable: string | undefined;
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
  for (const declared of ports) {
    const port = await freePort();
    reserved.push({ ...declared, port, inside: port });
  }
  return reserved;
}

/** The same, each standing for the container's own port in a network of its own; `asked`: ports that no variable says. */
export async function reserveStandIns(
  ports: readonly ServicePort[],
  asked: readonly number[],
): Promise<readonly PodPort[]> {
  const others = asked.filter((number) => ports.every(({ containerPort }) => containerPort !== number));
  const standIns: PodPort[] = [];
  for (const declared of ports) standIns.push({ ...declared, port: await freePort(), inside: declared.containerPort });
  for (const containerPort of new Set(others)) {
    const unsaid = { name: `port-${containerPort}`, containerPort, variable: undefined, isTraffic: false };
    standIns.push({ ...unsaid, port: await freePort(), inside: containerPort });
  }
  return standIns;
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
