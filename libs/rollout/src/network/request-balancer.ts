import { IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { type Attempt } from '../ledger/request-record.js';
import { AttemptLog, type AttemptList } from './attempt-log.js';
import { type Endpoint } from './balancer.js';
import { type BalancerWorld } from './balancer-world.js';
import { nameOf } from './departed-endpoints.js';
import { EndpointBalancer } from './endpoint-balancer.js';
import { frontDoor, type FrontRequest } from './front-door.js';
import { LoopbackServer } from './loopback-server.js';
import { RequestExchange, type FrontExchange } from './request-exchange.js';
import { Route } from './route.js';
import { UpgradeExchange, type FrontUpgrade } from './upgrade-exchange.js';
import { UpstreamPool } from './upstream-pool.js';

/**
 * Balances as an ingress or a cloud load balancer does: each request goes to the next endpoint that the client's balancer instance knows
 * of, on a pooled HTTP/1.1 connection. Clients speak HTTP/1.1 or HTTP/2 without TLS; WebSockets get a connection of their own.
 * WebSockets over HTTP/2 and gRPC, which need HTTP/2 to the pod, are beyond it.
 */
export class RequestBalancer extends EndpointBalancer {
  readonly #attempts = new AttemptLog<string>(this.world.sinceStart);
  readonly #pools = new Map<string, UpstreamPool>();
  readonly #nodes = new WeakMap<object, number>();
  readonly #turns = new Map<number, number>();

  static async start(world: BalancerWorld): Promise<RequestBalancer> {
    const accept = frontDoor({
      onRequest: (request, response) => balancer.#forward({ request, response }),
      onUpgrade: (request, socket, head) => balancer.#upgrade({ request, socket, head }),
    });
    const server = await LoopbackServer.listen(0, accept);
    const balancer = new RequestBalancer(world, server);
    return balancer;
  }

  attemptsOf({ requestId }: { readonly requestId: string }): readonly Attempt[] {
    return this.#attempts.of(requestId);
  }

  override async close(): Promise<void> {
    for (const pool of this.#pools.values()) pool.destroy();
    await super.close();
  }

  #forward(front: FrontExchange): void {
    new RequestExchange(front, this.#routeOf(front.request), this.world.sinceStart).start();
  }

  #upgrade(front: FrontUpgrade): void {
    const follow = (socket: Socket, pod: string): void => {
      this.server.follow(socket);
      this.open.add(pod, socket);
    };
    new UpgradeExchange(front, this.#routeOf(front.request), { sinceStart: this.world.sinceStart, follow }).start();
  }

  #routeOf(request: FrontRequest): Route {
    const node = this.#nodeOf(request);
    return new Route(this.#attemptsFor(request), {
      retries: this.world.network.retries,
      nameOf,
      choose: (tried) => {
        const endpoint = this.#nextOf(node, tried);
        if (endpoint === undefined) return undefined;
        return { endpoint, address: this.departed.stateOf(endpoint), pool: this.#poolOf(node, endpoint) };
      },
    });
  }

  #attemptsFor({ headers }: FrontRequest): AttemptList {
    const id = headers['x-request-id'];
    return this.#attempts.open(typeof id === 'string' ? id : '');
  }

  /** A client's connection ends at one balancer instance. */
  #nodeOf(request: FrontRequest): number {
    const connection = request instanceof IncomingMessage ? request.socket : (request.stream.session ?? request);
    const node = this.#nodes.get(connection) ?? this.views.draw();
    this.#nodes.set(connection, node);
    return node;
  }

  /** Round robin, as far as the view stays the same. */
  #nextOf(node: number, tried: ReadonlySet<string>): Endpoint | undefined {
    const endpoints = this.views.of(node);
    const turn = this.#turns.get(node) ?? 0;
    for (let step = 0; step < endpoints.length; step += 1) {
      const endpoint = endpoints[(turn + step) % endpoints.length];
      if (endpoint === undefined || tried.has(nameOf(endpoint))) continue;
      this.#turns.set(node, turn + step + 1);
      return endpoint;
    }
    return undefined;
  }

  #poolOf(node: number, endpoint: Endpoint): UpstreamPool {
    const name = `${node}/${nameOf(endpoint)}`;
    const known = this.#pools.get(name);
    if (known !== undefined) return known;
    const pool = new UpstreamPool(this.world.clock, this.world.network.idleTimeoutMs, (socket) =>
      this.open.add(endpoint.pod, socket),
    );
    this.#pools.set(name, pool);
    return pool;
  }
}
