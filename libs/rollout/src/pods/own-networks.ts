import { netNamespace } from '../network/own/net-namespace.js';
import { outboundPorts } from '../network/own/outbound-ports.js';
import { PodSandbox } from '../network/own/pod-sandbox.js';
import { openWay } from '../network/pod-ways.js';
import { type OwnNetwork, type Service } from '../scenario/scenario.js';
import { type PodPort, reserveStandIns } from './free-ports.js';

/** Where a service of this machine was refused, as Node and others write it. */
const REFUSED = /ECONNREFUSED (?<host>[\d.]+|[\da-f:]+|\[[\da-f:]+\]):(?<port>\d{1,5})\b/i;
const IN_USE = /EADDRINUSE[^\n]*:(\d{1,5})\b/;

/** A pod's network, and what is known of whom it serves. */
interface Home {
  readonly sandbox: PodSandbox;
  readonly ports: readonly PodPort[];
  readonly avoided: Set<number>;
  readonly close: () => Promise<void>;
}

/** Ports that a service was seen to take for itself, by its command: they lead out of no pod of it. */
const taken = new Map<string, Set<number>>();

/** The networks that pods have of their own. */
export class OwnNetworks {
  /** By the ports that `open` gave: the same array stands for the pod until it has gone. A worker's is empty. */
  readonly #homes = new Map<readonly PodPort[], Home>();
  readonly #named = new Set<string>();

  /** `onNote` is called with what a service called in vain. */
  constructor(private readonly onNote: (note: string) => void) {}

  /** Opens one for a new pod. Rejects when it does not come up. */
  async open(service: Service, own: OwnNetwork): Promise<readonly PodPort[]> {
    const { namespace } = netNamespace();
    if (namespace === undefined) throw new Error('this machine gives pods no networks of their own');
    const ports = await reserveStandIns(service.ports, own.asked);
    const avoided = takenBy(service);
    const outbound = waysOut(service, ports, avoided);
    const sandbox = await PodSandbox.start({ namespace, outbound, onNote: this.onNote });
    const endings = ports.map(({ port, inside }) => openWay(port, sandbox.to(inside)));
    const close = async (): Promise<void> => {
      for (const end of endings) end();
      await sandbox.close();
    };
    const home = { sandbox, ports, avoided, close };
    this.#homes.set(ports, home);
    return ports;
  }

  /**
   * What stands before a command that runs in the network of the pod with these ports; nothing where it shares that of this machine. What has begun to listen
   * here since the pod came, as the Services that it calls, can be called from then on.
   */
  async enter(ports: readonly PodPort[], service: Service): Promise<readonly string[]> {
    const home = this.#homes.get(ports);
    if (home === undefined) return [];
    await home.sandbox.leadOut(waysOut(service, ports, home.avoided));
    return home.sandbox.enter;
  }

  /** What a pod wrote may say whom it called in vain, or that it listens where a way led out. */
  read(ports: readonly PodPort[], line: string): void {
    const home = this.#homes.get(ports);
    if (home === undefined) return;
    const inUse = Number(IN_USE.exec(line)?.[1]);
    if (home.sandbox.outbound.includes(inUse)) home.avoided.add(inUse);
    const { host = '', port = '' } = REFUSED.exec(line)?.groups ?? {};
    const isKnown = [...home.sandbox.outbound, ...home.ports.map(({ inside }) => inside)].includes(Number(port));
    if (port === '' || isKnown) return;
    this.#named.add(port);
    this.onNote(
      `The service was refused at ${host}:${port}: no way leads there out of its pod's own network. If something listens there, name it with --outbound ${port}.`,
    );
  }

  /** Ends the network of a pod that has gone. */
  async close(ports: readonly PodPort[]): Promise<void> {
    const home = this.#homes.get(ports);
    if (home === undefined) return;
    this.#homes.delete(ports);
    const lost = await home.sandbox.lostCalls();
    await home.close();
    if (lost === undefined) return;
    if (lost.refused > 0 && this.#named.size === 0) {
      this.onNote(
        'Connections that the service began were refused in the network of its pod, and its log does not say where. A port that no variable says is named with --outbound.',
      );
    }
    if (lost.datagrams > 0) {
      this.onNote(
        'The service sent datagrams (UDP) to ports without a listener in the network of its pod: only questions to the DNS lead out of it.',
      );
    }
  }
}

function waysOut(
  { env, ownNetwork }: Service,
  ports: readonly PodPort[],
  avoided: ReadonlySet<number>,
): readonly number[] {
  return outboundPorts({
    env: { ...process.env, ...env },
    named: ownNetwork?.outbound ?? [],
    own: [...ports.map(({ inside }) => inside), ...avoided],
  });
}

function takenBy({ cwd, command }: Service): Set<number> {
  const key = JSON.stringify([cwd, command]);
  const ports = taken.get(key) ?? new Set();
  taken.set(key, ports);
  return ports;
}
