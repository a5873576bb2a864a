import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock } from '../clock/clock.js';
import { type Endpoint } from '../network/balancer.js';
import { type Call, type Caller } from '../network/calls/call.js';
import { CallDoor } from '../network/calls/call-door.js';
import { namesOf, variablesOf } from '../network/calls/service-names.js';
import { ServicePort } from '../network/calls/service-port.js';
import { LOOPBACK } from '../network/loopback-server.js';
import { temporaryFolder } from '../network/temporary-folder.js';
import { type PodPort } from '../pods/free-ports.js';
import { type Random } from '../random/random.js';
import { NAME_PRELOAD, type NameMiss, type NameTable, NETWORK_VARIABLE } from './name-preload.js';
import { type PlayedPort, type PlayedService } from './played-service.js';

const PRELOAD = 'names.cjs';
const MISSES = 'misses.jsonl';

/** What the network is made of. */
export interface ServiceNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly sinceStart: () => number;
  readonly services: readonly PlayedService[];
  readonly refusedForMs: number;
  readonly onCall: (call: Call, to: string) => void;
}

/** A pod that joins, with what its variables have to say. */
export interface JoiningPod {
  readonly caller: Caller;
  readonly namespace: string;
  readonly ports: readonly PodPort[];
}

/** What a pod that has joined is started with, and how it leaves. */
export interface Membership {
  readonly env: Readonly<Record<string, string>>;
  leave(): Promise<void>;
}

interface Door {
  readonly service: PlayedService;
  readonly port: PlayedPort;
  readonly target: ServicePort;
}

/**
 * The Services of several workloads, as the pods of all of them meet them: each pod has a way of its own to every port of every Service, and
 * names and variables that lead there.
 */
export class ServiceNetwork {
  readonly #doors: readonly Door[];
  readonly #open = new Set<CallDoor>();

  private constructor(
    private readonly options: ServiceNetworkOptions,
    /** The preload and the misses are here. */
    private readonly folder: string,
  ) {
    const { clock, services, refusedForMs } = options;
    this.#doors = services.flatMap((service) =>
      service.ports.map((port) => ({ service, port, target: new ServicePort(clock, refusedForMs) })),
    );
  }

  static async open(options: ServiceNetworkOptions): Promise<ServiceNetwork> {
    const files = { [PRELOAD]: NAME_PRELOAD, [MISSES]: '' };
    return new ServiceNetwork(options, await temporaryFolder('nestjs-lifecycle-network-', files));
  }

  /** What a node knows of a workload from now on. `portOf`: the port of this machine that stands for a container port of a pod. */
  update(
    workload: string,
    { node, endpoints }: { readonly node: number; readonly endpoints: readonly Endpoint[] },
    portOf: (pod: string, containerPort: number) => number | undefined,
  ): void {
    for (const { port, target } of this.#doorsTo(workload)) {
      target.update(
        node,
        endpoints.flatMap(({ pod }) => {
          const found = portOf(pod, port.containerPort);
          return found === undefined ? [] : [{ pod, port: found }];
        }),
      );
    }
  }

  /** A pod of a workload has gone. */
  gone(workload: string, pod: string, portOf: (pod: string, containerPort: number) => number | undefined): void {
    for (const { port, target } of this.#doorsTo(workload)) {
      const found = portOf(pod, port.containerPort);
      if (found !== undefined) target.gone({ pod, port: found });
    }
  }

  /** How many connections of callers to that pod are open at this moment. */
  connectionsTo(pod: string): number {
    return this.#doors.reduce((sum, { target }) => sum + target.open.to(pod), 0);
  }

  /** Opens a pod's ways to all Services. */
  async join({ caller, namespace, ports }: JoiningPod): Promise<Membership> {
    const { random, sinceStart, onCall } = this.options;
    const opened: { readonly door: Door; readonly way: CallDoor }[] = [];
    for (const door of this.#doors) {
      const { service, port, target } = door;
      const way = await CallDoor.open({
        caller,
        target,
        stream: random.stream(`calls/${caller.pod}/${service.namespace}/${service.name}/${port.port}`),
        sinceStart,
        onCall: (call) => onCall(call, service.workload),
      });
      this.#open.add(way);
      opened.push({ door, way });
    }
    return {
      env: this.#environment(namespace, ports, opened),
      leave: async () => {
        for (const { way } of opened) {
          this.#open.delete(way);
          await way.close();
        }
      },
    };
  }

  /** Names and ports that were asked for and that no Service has, each once. */
  misses(): readonly NameMiss[] {
    const lines = new Set(readFileSync(this.#misses, 'utf8').split('\n'));
    return [...lines].flatMap((line) => readMiss(line));
  }

  async close(): Promise<void> {
    for (const way of this.#open) await way.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  get #preload(): string {
    return join(this.folder, PRELOAD);
  }

  get #misses(): string {
    return join(this.folder, MISSES);
  }

  #doorsTo(workload: string): readonly Door[] {
    return this.#doors.filter(({ service }) => service.workload === workload);
  }

  #environment(
    namespace: string,
    ports: readonly PodPort[],
    opened: readonly { readonly door: Door; readonly way: CallDoor }[],
  ): Membership['env'] {
    const { services } = this.options;
    const addresses = new Map(services.map((service, index) => [service, addressOf(index)]));
    const near = services.filter((service) => service.namespace === namespace);
    const localPorts = (service: PlayedService): { name: string | undefined; port: number }[] =>
      opened.flatMap(({ door, way }) => (door.service === service ? [{ name: door.port.name, port: way.port }] : []));
    const table: NameTable = {
      hosts: Object.fromEntries(
        services.flatMap((service) =>
          namesOf(service, namespace).map((name) => [name, addresses.get(service) ?? LOOPBACK] as const),
        ),
      ),
      doors: Object.fromEntries(
        opened.map(({ door, way }) => [`${addresses.get(door.service)}:${door.port.port}`, way.port]),
      ),
      standIns: Object.fromEntries(ports.map(({ inside, containerPort }) => [inside, containerPort])),
      namespaces: [...new Set(services.map((service) => service.namespace))],
      misses: this.#misses,
    };
    const links = near.flatMap((service) =>
      Object.entries(variablesOf({ ...service, ports: localPorts(service) }, LOOPBACK)),
    );
    return {
      ...Object.fromEntries(links),
      [NETWORK_VARIABLE]: JSON.stringify(table),
    };
  }

  /** `NODE_OPTIONS` that load the names, beside those that are there. */
  nodeOptions(others: string | undefined): string {
    return [others, `--require ${JSON.stringify(this.#preload)}`]
      .filter((text) => text !== undefined && text !== '')
      .join(' ');
  }
}

/** A Service's own address: none of this machine's programs listens there. */
function addressOf(index: number): string {
  return `127.240.${index >> 8}.${(index & 255) + 1}`;
}

/** A line that is cut, as by SIGKILL, says nothing. */
function readMiss(line: string): NameMiss[] {
  try {
    const { host, port } = JSON.parse(line) as { host?: unknown; port?: unknown };
    if (typeof host !== 'string') return [];
    return [{ host, ...(typeof port === 'number' && { port }) }];
  } catch {
    return [];
  }
}
