import { get } from 'node:http';
import { elapsed, systemClock } from '../../libs/rollout/src/clock/clock.js';
import { parseAddress } from '../../libs/rollout/src/load/address.js';
import { type Access } from '../../libs/rollout/src/real-cluster/api/access.js';
import { ClusterError } from '../../libs/rollout/src/real-cluster/api/cluster-error.js';
import { type NodeObject } from '../../libs/rollout/src/real-cluster/api/objects.js';

/** kube-proxy needs a moment for a new Service. */
const WITHIN_MS = 30_000;
const ANSWER_WITHIN_MS = 2000;
const AGAIN_MS = 1000;

/** Where the port of the nodes may be reached from here, the likely ones first. */
export function candidates(
  nodes: readonly NodeObject[],
  nodePort: number,
  { server }: Pick<Access, 'server'>,
): string[] {
  const all = nodes.flatMap(({ status }) => status.addresses);
  const ofType = (wanted: string): string[] => all.filter(({ type }) => type === wanted).map(({ address }) => address);
  const hosts = [
    ...ofType('InternalIP'),
    ...ofType('ExternalIP'),
    server.hostname.replaceAll(/^\[|\]$/g, ''),
    '127.0.0.1',
  ];
  return [...new Set(hosts)].map((host) => `http://${host.includes(':') ? `[${host}]` : host}:${nodePort}`);
}

/**
 * The first address at which one of the pods answers, by the name that it gives itself.
 *
 * @throws ClusterError when none does, saying what to type
 */
export async function reach(
  addresses: readonly string[],
  pods: () => Promise<readonly string[]>,
  signal: AbortSignal,
): Promise<string> {
  const end = systemClock.now() + WITHIN_MS;
  while (!signal.aborted && systemClock.now() < end) {
    const names = await pods();
    const served = await Promise.all(addresses.map(whoServes));
    const at = served.findIndex((name) => name !== undefined && names.includes(name));
    const address = addresses[at];
    if (address !== undefined) return address;
    await elapsed(systemClock, AGAIN_MS, signal);
  }
  throw new ClusterError(
    'unreachable',
    `the pods are reached at none of ${addresses.join(', ')}. Map a port of the nodes to this machine, and name both: NODE_PORT=30080 ADDRESS=http://localhost:30080 npm run test:cluster`,
  );
}

async function whoServes(address: string): Promise<string | undefined> {
  const { host, port } = parseAddress(address);
  return new Promise((resolve) => {
    const request = get({ host, port, path: '/', agent: false, timeout: ANSWER_WITHIN_MS }, ({ headers }) => {
      const name = headers['x-served-by'];
      resolve(typeof name === 'string' ? name : undefined);
      request.destroy();
    });
    const cancel = systemClock.after(ANSWER_WITHIN_MS, () => request.destroy());
    request.on('error', () => resolve(undefined));
    request.on('close', () => {
      cancel();
      resolve(undefined);
    });
  });
}
