import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import { type Program, startProgram } from './program.js';
import type { NestVersion } from './repository.js';

export type Broker = 'redis' | 'nats' | 'mqtt' | 'rabbitmq';
type Kind = 'requests' | 'events' | 'acknowledged events';

export interface BrokerStream {
  readonly broker: Broker;
  readonly nest: NestVersion;
  readonly kind?: Kind;
  readonly paceMs?: number;
  readonly hybrid?: boolean;
  /** Added to the options of the server. */
  readonly server?: Readonly<Record<string, unknown>>;
  /** Of MQTT's messages. */
  readonly qos?: number;
  /** Where the service finds the broker. */
  readonly url?: string;
  readonly options?: GracefulShutdownOptions;
}

/** Of this run alone: several may share a broker. */
let runs = 0;

/** A service that takes messages of a stream, and what sends them, which goes on until it is told to stop. */
export class BrokerWorld {
  readonly service: Program;
  #load: Program | undefined;
  readonly #env: Record<string, string>;

  constructor(private readonly stream: BrokerStream) {
    const { broker, kind = 'requests', paceMs = 2, hybrid = false, server = {}, qos = 0 } = stream;
    runs += 1;
    this.#env = {
      BROKER: broker,
      PREFIX: `lifecycle-${process.pid}-${runs}`,
      EVENTS: String(kind !== 'requests'),
      ACKNOWLEDGES: String(kind === 'acknowledged events'),
      PACE_MS: String(paceMs),
      HYBRID: String(hybrid),
      OPTIONS: JSON.stringify({ lameDuck: '200ms', gracePeriod: '10s', ...stream.options }),
      SERVER: JSON.stringify(server),
      QOS: String(qos),
      ...urls(),
    };
    this.service = this.startService();
  }

  startService(): Program {
    return startProgram('broker-messages', { nest: this.stream.nest, env: { ...this.#env, ...this.#place() } });
  }

  #place(): Record<string, string> {
    const { broker, url } = this.stream;
    return url === undefined ? {} : { [`${broker.toUpperCase()}_URL`]: url };
  }

  get load(): Program {
    if (this.#load === undefined) throw new Error('nothing is sent yet');
    return this.#load;
  }

  /** The stream flows. */
  async begin(): Promise<void> {
    await this.service.waitForLine(/^subscribed$/);
    this.#load = startProgram('broker-load', { nest: 12, ipc: true, env: this.#env });
    await this.service.waitForLine(/^did 30$/);
  }

  /** Nothing is sent from now on. */
  async stop(): Promise<Set<number>> {
    this.load.send('stop');
    await this.load.waitForLine(/^stopped$/);
    return numbers(this.load, 'sent');
  }
}

/** Where the brokers are, when it is not the usual place. */
function urls(): Record<string, string> {
  const names = ['REDIS_URL', 'NATS_URL', 'MQTT_URL', 'RABBITMQ_URL'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

export function numbers({ output }: { readonly output: string }, verb: string): Set<number> {
  return new Set([...output.matchAll(new RegExp(`^${verb} (\\d+)$`, 'gm'))].map(([, count]) => Number(count)));
}

export async function allAnswered(world: BrokerWorld, counts: Iterable<number>): Promise<void> {
  for (const count of counts) await world.load.waitForLine(new RegExp(`^answered ${count}$`));
}
