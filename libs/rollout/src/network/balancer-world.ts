import { type Clock } from '../clock/clock.js';
import { type Random } from '../random/random.js';
import { type Network } from './network.js';

/** What a balancer is given. */
export interface BalancerWorld {
  readonly network: Network;
  /** Balancers draw from the stream `balancer`. */
  readonly random: Random;
  readonly clock: Clock;
  /** Milliseconds since the start of the rehearsal: the times of its attempts. */
  readonly sinceStart: () => number;
}
