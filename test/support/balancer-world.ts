import { type Network } from '../../libs/rollout/src/network/network.js';
import { Random } from '../../libs/rollout/src/random/random.js';
import { ManualClock } from './manual-clock.js';

/** What a balancer is given in a test: one node, and a clock that the test moves. */
export function balancerWorld(network: Partial<Network> = {}, seed = 1) {
  const clock = new ManualClock();
  const start = clock.now();
  const lag = { min: 0, median: 0, p99: 0, max: 0 };
  const defaults: Network = {
    balancer: 'connection',
    nodes: 1,
    endpointLag: lag,
    idleTimeoutMs: 60_000,
    retries: 0,
    refusedForMs: 1000,
  };
  return {
    clock,
    network: { ...defaults, ...network },
    random: new Random(seed),
    sinceStart: () => clock.now() - start,
  };
}
