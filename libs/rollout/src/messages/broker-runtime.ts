import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BROKER_PRELOAD, BROKER_VARIABLE, type BrokerTable } from '../network/broker/broker-preload.js';
import { BrokerRelay } from '../network/broker/broker-relay.js';
import { type BrokerTap } from '../network/broker/broker-tap.js';
import { namesOf, pointedTo } from '../network/broker/broker-variables.js';
import { type DependencyTarget } from '../network/dependency-proxy.js';
import { temporaryFolder } from '../network/temporary-folder.js';
import { type PodPort } from '../pods/free-ports.js';
import { type ContainerOrder, type PodProcess, type PodRuntime } from '../pods/pod-process.js';
import { type Service } from '../scenario/scenario.js';

const PRELOAD = 'broker.cjs';

/** What stands between pods and their broker. */
export interface BrokerRuntimeParts {
  readonly inner: PodRuntime;
  readonly broker: DependencyTarget;
  /** A connection of that pod has reached the broker. */
  readonly open: (pod: string) => BrokerTap;
  readonly onEnded: (pod: string) => void;
}

/** Starts containers that reach the broker by a way of their own, where what passes is read. */
export class BrokerRuntime implements PodRuntime {
  readonly #relays = new Set<BrokerRelay>();

  private constructor(
    private readonly parts: BrokerRuntimeParts,
    private readonly folder: string,
    private readonly preload: string,
  ) {}

  static async open(parts: BrokerRuntimeParts): Promise<BrokerRuntime> {
    const folder = await temporaryFolder('rehearsal-broker-', { [PRELOAD]: BROKER_PRELOAD });
    return new BrokerRuntime(parts, folder, join(folder, PRELOAD));
  }

  ports(service: Service): Promise<readonly PodPort[]> {
    return this.parts.inner.ports(service);
  }

  async release(ports: readonly PodPort[]): Promise<void> {
    await this.parts.inner.release?.(ports);
  }

  async start(order: ContainerOrder): Promise<PodProcess> {
    const { inner, broker, open, onEnded } = this.parts;
    const { pod, service } = order;
    const relay = await BrokerRelay.start(broker, () => open(pod));
    this.#relays.add(relay);
    const process = await inner.start({ ...order, service: this.#throughRelay(service, relay.port) });
    // Its way stays: what the process has written before its end may still be on it.
    void process.exit.then(() => onEnded(pod));
    return process;
  }

  /** Takes down what is left: when no pod runs any more. */
  async close(): Promise<void> {
    await Promise.all([...this.#relays].map((relay) => relay.close()));
    await rm(this.folder, { recursive: true, force: true });
  }

  #throughRelay(service: Service, port: number): Service {
    const { broker } = this.parts;
    const table: BrokerTable = { hosts: namesOf(broker), port: broker.port, to: port };
    const others = service.env['NODE_OPTIONS'] ?? process.env['NODE_OPTIONS'] ?? '';
    return {
      ...service,
      env: {
        ...service.env,
        ...pointedTo({ ...process.env, ...service.env }, broker, port),
        [BROKER_VARIABLE]: JSON.stringify(table),
        NODE_OPTIONS: [others, `--require ${JSON.stringify(this.preload)}`].filter((text) => text !== '').join(' '),
      },
    };
  }
}
