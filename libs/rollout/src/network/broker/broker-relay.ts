import { type Socket } from 'node:net';
import { type DependencyTarget } from '../dependency-proxy.js';
import { LoopbackServer } from '../loopback-server.js';
import { dialAddress } from '../pod-ways.js';
import { passOn } from '../relay.js';
import { type BrokerTap } from './broker-tap.js';

/** Stands between one pod and its broker, and lets everything through as it is; a tap reads along. */
export class BrokerRelay {
  private constructor(private readonly server: LoopbackServer) {}

  /** `open` is called for every connection of the pod that reached the broker. */
  static async start(target: DependencyTarget, open: () => BrokerTap): Promise<BrokerRelay> {
    const server = await LoopbackServer.listen(0, (client) => {
      passOn(client, dialAddress(target), {
        opened: (broker) => {
          server.follow(broker);
          readAlong(client, broker, open());
        },
      });
    });
    return new BrokerRelay(server);
  }

  /** Where the pod connects in place of the broker. */
  get port(): number {
    return this.server.port;
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}

function readAlong(client: Socket, broker: Socket, tap: BrokerTap): void {
  client.on('data', (chunk: Buffer) => tap.fromPod(chunk));
  broker.on('data', (chunk: Buffer) => tap.fromBroker(chunk));
  for (const event of ['end', 'close', 'error'] as const) client.once(event, () => tap.ended());
  broker.once('close', () => tap.ended());
}
