import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Service } from '../scenario/scenario.js';
import { type PodPort, reservePorts } from './free-ports.js';
import { bequeath } from './last-will.js';
import { LineSplitter } from './line-splitter.js';
import { OwnNetworks } from './own-networks.js';
import { NO_PID_NAMESPACE, onlyChildOf, type PidNamespace, pidNamespace, pidNamespaceIn } from './pid-one.js';
import { POD_VARIABLE, podEnvironment } from './pod-environment.js';
import { type ContainerOrder, type OutputLine, type PodProcess, type PodRuntime } from './pod-process.js';
import { ServiceProcess } from './service-process.js';

/** Containers as process trees of this machine: without a shell, each in a process group of its own. */
export class ProcessRuntime implements PodRuntime {
  readonly #networks = new OwnNetworks((note) => this.onNote(note));
  #isNoted = false;

  /** `onNote` is called with what this machine cannot do as a cluster does, and with what went wrong in pods' own networks. */
  constructor(private readonly onNote: (note: string) => void) {}

  ports(service: Service): Promise<readonly PodPort[]> {
    const { ownNetwork } = service;
    return ownNetwork === undefined ? reservePorts(service.ports) : this.#networks.open(service, ownNetwork);
  }

  release(ports: readonly PodPort[]): Promise<void> {
    return this.#networks.close(ports);
  }

  async start(order: ContainerOrder): Promise<PodProcess> {
    const { service, pod, hostname = pod, ports } = order;
    const enter = await this.#networks.enter(ports, service);
    const namespace = order.isPid1 ? this.#pidNamespace(enter) : undefined;
    const mark = `${pod}-${randomUUID()}`;
    const env = podEnvironment(service, { pod: hostname, mark, ports });
    const [program, ...args] = [...enter, ...(namespace?.unshare ?? []), ...service.command] as [string, ...string[]];
    const child = spawn(program, args, {
      cwd: service.cwd,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const group = child.pid ?? 0;
    const forget = child.pid === undefined ? undefined : bequeath({ group, mark: `${POD_VARIABLE}=${mark}` });
    const onLine = (line: OutputLine): void => {
      order.onLine(line);
      this.#networks.read(ports, line.line);
    };
    readLines(child, onLine, namespace);
    await hasSpawned(child, service);
    const process = new ServiceProcess({
      child,
      tree: { group, mark },
      cwd: service.cwd,
      env,
      namespace,
      enter,
      ports,
    });
    void process.exit.then(forget);
    if (namespace !== undefined) process.pid = (await onlyChildOf(group, () => process.hasExited)) ?? group;
    return process;
  }

  #pidNamespace(enter: readonly string[]): PidNamespace | undefined {
    const namespace = enter.length === 0 ? pidNamespace() : pidNamespaceIn(enter);
    if (namespace === undefined && !this.#isNoted) this.onNote(NO_PID_NAMESPACE);
    this.#isNoted ||= namespace === undefined;
    return namespace;
  }
}

async function hasSpawned(child: ChildProcess, { command, cwd }: Service): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot start "${command[0]}" in ${cwd}: ${why}`, { cause: error });
  }
}

function readLines(child: ChildProcess, onLine: ContainerOrder['onLine'], namespace: PidNamespace | undefined): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    const lines = new LineSplitter((line) => {
      // util-linux itself says this where its child was killed; the service has not written it.
      if (namespace !== undefined && line.startsWith('unshare: sigprocmask')) return;
      onLine({ stream, line });
    });
    child[stream]?.on('data', (chunk: Buffer) => lines.write(chunk));
    child[stream]?.once('close', () => lines.end());
  }
}
