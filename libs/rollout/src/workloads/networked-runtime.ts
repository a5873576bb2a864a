import { type PodPort } from '../pods/free-ports.js';
import { type ContainerOrder, type PodProcess, type PodRuntime } from '../pods/pod-process.js';
import { type Service } from '../scenario/scenario.js';
import { type Membership, type ServiceNetwork } from './service-network.js';

/** Whose pods are started. */
export interface NetworkedRuntimeParts {
  readonly inner: PodRuntime;
  readonly network: ServiceNetwork;
  readonly workload: string;
  readonly namespace: string;
  /** The node of a pod. */
  readonly nodeOf: (pod: string) => number;
}

/** Starts containers that find the Services of the other workloads by their names. */
export class NetworkedRuntime implements PodRuntime {
  constructor(private readonly parts: NetworkedRuntimeParts) {}

  ports(service: Service): Promise<readonly PodPort[]> {
    return this.parts.inner.ports(service);
  }

  async release(ports: readonly PodPort[]): Promise<void> {
    await this.parts.inner.release?.(ports);
  }

  async start(order: ContainerOrder): Promise<PodProcess> {
    const { inner, network, workload, namespace, nodeOf } = this.parts;
    const { pod, ports, service } = order;
    const membership = await network.join({ caller: { workload, pod, node: nodeOf(pod) }, namespace, ports });
    try {
      const process = await inner.start({ ...order, service: this.#within(service, membership) });
      void process.exit.then(() => membership.leave());
      return process;
    } catch (error) {
      await membership.leave();
      throw error;
    }
  }

  /** What is written wins over the variables of Services, as in Kubernetes. */
  #within(service: Service, { env }: Membership): Service {
    const options = this.parts.network.nodeOptions(service.env['NODE_OPTIONS'] ?? process.env['NODE_OPTIONS']);
    return { ...service, env: { ...env, ...service.env, NODE_OPTIONS: options } };
  }
}
