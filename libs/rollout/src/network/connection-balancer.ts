import { type Socket } from 'node:net';
import { type Attempt } from '../ledger/request-record.js';
import { AttemptLog, type OngoingAttempt } from './attempt-log.js';
import { type Endpoint } from './balancer.js';
import { type BalancerWorld } from './balancer-world.js';
import { EndpointBalancer } from './endpoint-balancer.js';
import { LoopbackServer, reset } from './loopback-server.js';
import { dialPod } from './pod-ways.js';
import { passOn } from './relay.js';

/**
 * Balances as kube-proxy does: an endpoint is chosen when a connection opens, at random among those the client's node knows, and the
 * connection stays there until it ends. The client's connection is accepted before that can be known: no endpoint, or one that
 * refuses, is a reset as soon as the client sends, and a black hole takes what it sends and never answers.
 */
export class ConnectionBalancer extends EndpointBalancer {
  readonly #attempts = new AttemptLog<number>(this.world.sinceStart);

  static async start(world: BalancerWorld): Promise<ConnectionBalancer> {
    const server = await LoopbackServer.listen(0, (client) => balancer.#accept(client));
    const balancer = new ConnectionBalancer(world, server);
    return balancer;
  }

  attemptsOf({ localPort }: { readonly localPort: number | undefined }): readonly Attempt[] {
    return localPort === undefined ? [] : this.#attempts.of(localPort);
  }

  #accept(client: Socket): void {
    const { remotePort } = client;
    // The client has gone already: there is nothing to balance.
    if (remotePort === undefined) return void client.destroy();
    const attempts = this.#attempts.open(remotePort);
    const [first, ...others] = this.views.of(this.views.draw());
    if (first === undefined) return refuse(client);
    const endpoint = this.stream.pick([first, ...others]);
    const attempt = attempts.begin(endpoint.pod);
    switch (this.departed.stateOf(endpoint)) {
      case 'there':
        return this.#connect(client, endpoint, attempt);
      case 'refuses':
        attempt.connect = 'refused';
        return refuse(client);
      case 'silent':
        return keepWaiting(client);
    }
  }

  #connect(client: Socket, { pod, port }: Endpoint, attempt: OngoingAttempt): void {
    const opened = (server: Socket): void => {
      this.server.follow(server);
      attempt.connect = 'open';
      attempt.connectedAt = this.world.sinceStart();
      this.open.add(pod, server);
      client.once('data', () => (attempt.wasDelivered = !server.readableEnded));
    };
    const refused = (): void => {
      attempt.connect = 'refused';
      refuse(client);
    };
    passOn(client, dialPod(port), { opened, refused });
  }
}

/** At its first bytes: by then the client knows its own port, by which the ledger asks what became of it. */
function refuse(client: Socket): void {
  client.once('data', () => reset(client));
  keepWaiting(client);
}

/** Until the client gives up, in whatever way: reading is how that is noticed. */
function keepWaiting(client: Socket): void {
  client.on('error', () => client.destroy());
  client.on('end', () => client.destroy());
  client.resume();
}
