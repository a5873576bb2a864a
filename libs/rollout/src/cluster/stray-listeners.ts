import { type Clock } from '../clock/clock.js';
import { type PodWorker } from '../kubelet/pod-worker.js';
import { trafficPort } from '../scenario/traffic-port.js';
import { listensElsewhere, type StartFailure } from './start-failure.js';

/**
 * Most services listen long before. Looking reads a table of every connection of this machine, and nothing else goes on meanwhile:
 * that would hold up other rehearsals of this process.
 */
const FIRST_LOOK_MS = 5000;
const LOOK_MS = 1000;

/** A port as the container would have it is written in the program; any other may belong to what is opened first, as metrics. */
const PATIENCE_MS = { containerPort: 2000, other: 10_000 };

/** Pods that are waited for, and what is called with a finding. */
export interface StrayListenersOptions {
  readonly clock: Clock;
  readonly pods: () => readonly PodWorker[];
  readonly onWaiting: ((text: string) => void) | undefined;
  readonly onFailure: () => void;
}

/** Looks whether a pod that is waited for listens on another port than that of its variable: after a while, and then every second. */
export class StrayListeners {
  failure: StartFailure | undefined;
  #cancel: () => void = () => undefined;
  readonly #said = new Set<string>();
  /** Those that were seen to listen on the port of their variable. */
  readonly #fine = new Set<PodWorker>();
  readonly #strayMs = new Map<PodWorker, number>();

  constructor(private readonly options: StrayListenersOptions) {
    this.#lookAfter(FIRST_LOOK_MS);
  }

  stop(): void {
    this.#cancel();
  }

  #lookAfter(ms: number): void {
    this.#cancel = this.options.clock.after(ms, () => {
      for (const pod of this.options.pods()) this.#look(pod);
      if (this.failure === undefined) this.#lookAfter(LOOK_MS);
      else this.options.onFailure();
    });
  }

  #look(pod: PodWorker): void {
    if (this.#fine.has(pod)) return;
    const traffic = trafficPort(pod.ports);
    const listening = pod.container?.process.listening();
    if (traffic === undefined || listening === undefined) return;
    if (listening.includes(traffic.inside)) return void this.#fine.add(pod);
    this.#say(listening, `${traffic.variable}=${traffic.inside}`);
    this.#judge(pod, listening, traffic.containerPort);
  }

  #judge(pod: PodWorker, listening: readonly number[], containerPort: number): void {
    const stray = listening.filter((port) => pod.ports.every((own) => own.inside !== port));
    const strayMs = stray.length === 0 ? 0 : (this.#strayMs.get(pod) ?? 0) + LOOK_MS;
    this.#strayMs.set(pod, strayMs);
    const isWritten = stray.includes(containerPort);
    if (strayMs >= (isWritten ? PATIENCE_MS.containerPort : PATIENCE_MS.other)) {
      this.failure ??= listensElsewhere(pod, stray);
    }
  }

  #say(listening: readonly number[], wanted: string): void {
    const text =
      listening.length === 0
        ? `waiting for the service to listen on ${wanted}; if it takes no requests, play it with --worker`
        : `waiting: the service listens on ${listening.join(' and ')}, and not yet on ${wanted}`;
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.options.onWaiting?.(text);
  }
}
