import { type Balancer } from './balancer.js';
import { type BalancerWorld } from './balancer-world.js';
import { ConnectionBalancer } from './connection-balancer.js';
import { RequestBalancer } from './request-balancer.js';

/** The balancer that the scenario asks for, listening. */
export function createBalancer(world: BalancerWorld): Promise<Balancer> {
  switch (world.network.balancer) {
    case 'connection':
      return ConnectionBalancer.start(world);
    case 'request':
      return RequestBalancer.start(world);
  }
}
