import { balancerWorld } from '../../../../test/support/balancer-world.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { ConnectionBalancer } from './connection-balancer.js';
import { createBalancer } from './create-balancer.js';
import { RequestBalancer } from './request-balancer.js';

describe('createBalancer', () => {
  it.each([
    ['connection', ConnectionBalancer],
    ['request', RequestBalancer],
  ] as const)('starts the one that chooses for each %s', async (kind, Kind) => {
    const balancer = await createBalancer(balancerWorld({ balancer: kind }));
    killAfterTest({ kill: () => balancer.close() });
    expect(balancer).toBeInstanceOf(Kind);
    expect(balancer.port).toBeGreaterThan(0);
  });
});
