import { type Clock } from '../clock/clock.js';
import { type PodWorker } from '../kubelet/pod-worker.js';
import { trafficPort } from '../scenario/traffic-port.js';
import { listensElsewhere, type StartFailure } from './start-failure.js';

const LOOK_MS = 1000;

/** A port as the container would have it is written in the program; any other may belong to what is opened first, as metrics. */
const PATIENCE_MS = { containerPort: 2000, other: 15_000 };

/** Pods that are waited for, and whom to tell. */
export interface StrayListenersOptions {
  readonly clock: Clock;
  readonly pods: () => readonly PodWorker[];
  readonly onWaiting: ((text: string) => void) | undefined;
  readonly onFailure: () => void;
}

/** Looks, second by second, whether a pod that is waited for listens somewhere else than it was told to. */
export class StrayListeners {
  failure: StartFailure | undefined;
  #cancel: () => void = () => undefined;
  readonly #said = new Set<string>();
  readonly #strayMs = new Map<PodWorker, number>();

  constructor(private readonly options: StrayListenersOptions) {
    this.#lookLater();
  }

  stop(): void {
    this.#cancel();
  }

  #lookLater(): void {
    this.#cancel = this.options.clock.after(LOOK_MS, () => {
      for (const pod of this.options.pods()) this.#look(pod);
      if (this.failure === undefined) this.#lookLater();
      else this.options.onFailure();
    });
  }

  #look(pod: PodWorker): void {
    const traffic = trafficPort(pod.ports);
    const listening = pod.container?.process.listening();
    if (traffic === undefined || listening === undefined || listening.includes(traffic.port)) return;
    this.#say(listening, `${traffic.variable}=${traffic.port}`);
    const stray = listening.filter((port) => pod.ports.every((own) => own.port !== port));
    const strayMs = stray.length === 0 ? 0 : (this.#strayMs.get(pod) ?? 0) + LOOK_MS;
    this.#strayMs.set(pod, strayMs);
    const isWritten = stray.includes(traffic.containerPort);
    if (strayMs >= (isWritten ? PATIENCE_MS.containerPort : PATIENCE_MS.other)) {
      this.failure ??= listensElsewhere(pod, stray);
    }
  }

  #say(listening: readonly number[], wanted: string): void {
    const text =
      listening.length === 0
        ? `waiting for the service to listen on ${wanted}`
        : `waiting: the service listens on ${listening.join(' and ')}, and not yet on ${wanted}`;
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.options.onWaiting?.(text);
  }
}
