import { type Attempt } from '../ledger/request-record.js';
import { type RandomStream } from '../random/random.js';
import { type Balancer, type Endpoint } from './balancer.js';
import { type BalancerWorld } from './balancer-world.js';
import { DepartedEndpoints } from './departed-endpoints.js';
import { type LoopbackServer } from './loopback-server.js';
import { NodeViews } from './node-views.js';
import { OpenConnections } from './open-connections.js';

/** What every balancer here is: a port of this machine, what each node knows of the endpoints, and the connections to them. */
export abstract class EndpointBalancer implements Balancer {
  protected readonly stream: RandomStream;
  protected readonly views: NodeViews;
  protected readonly departed: DepartedEndpoints;
  protected readonly open = new OpenConnections();

  protected constructor(
    protected readonly world: BalancerWorld,
    protected readonly server: LoopbackServer,
  ) {
    this.stream = world.random.stream('balancer');
    this.views = new NodeViews(world.network.nodes, this.stream);
    this.departed = new DepartedEndpoints(world.clock, world.network.refusedForMs);
  }

  get port(): number {
    return this.server.port;
  }

  update(node: number, endpoints: readonly Endpoint[]): void {
    this.views.update(node, endpoints);
  }

  gone(endpoint: Endpoint): void {
    this.departed.add(endpoint);
  }

  connectionsTo(pod: string): number {
    return this.open.to(pod);
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  abstract attemptsOf(client: Parameters<Balancer['attemptsOf']>[0]): readonly Attempt[];
}
