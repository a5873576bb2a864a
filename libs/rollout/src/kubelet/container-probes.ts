import { type Clock } from '../clock/clock.js';
import { type ProbeKind } from '../events/rollout-event.js';
import { type PodSpec, type Probe } from '../scenario/scenario.js';
import { type ProbeAnswer } from './prober.js';
import { ProbeWorker } from './probe-worker.js';

/** What the probes of a container need, and what they call with results. */
export interface ContainerProbesOptions {
  readonly clock: Clock;
  readonly spec: PodSpec;
  readonly ask: (action: Probe['action'], signal: AbortSignal) => Promise<ProbeAnswer>;
  readonly onAnswer: (kind: ProbeKind, answer: ProbeAnswer) => void;
  /** Called with every result of the readiness probe, whether it is news or not. */
  readonly onReady: (isReady: boolean) => void;
  /** The container must be started anew. */
  readonly onUnhealthy: (kind: ProbeKind) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The three probes of one container. Until the start-up probe has succeeded the other two do not run; without a readiness probe the
 * container is ready as soon as it has started.
 */
export class ContainerProbes {
  readonly #workers = new Map<ProbeKind, ProbeWorker>();
  readonly #startedAt: number;
  #hasStartedUp = false;

  constructor(private readonly options: ContainerProbesOptions) {
    this.#startedAt = options.clock.now();
  }

  /** Whether the liveness probe would be asked by now. */
  get hasStartedUp(): boolean {
    return this.#hasStartedUp;
  }

  start(): void {
    const { startupProbe } = this.options.spec;
    if (startupProbe === undefined) return this.#startOthers();
    this.#work('startup', startupProbe, (isSuccess) => {
      this.#stop('startup');
      if (isSuccess) this.#startOthers();
      else this.options.onUnhealthy('startup');
    });
  }

  /** What the kubelet does first of all when a pod must end; readiness goes on until the container has. */
  stopHealth(): void {
    this.#stop('startup');
    this.#stop('liveness');
  }

  stop(): void {
    this.stopHealth();
    this.#stop('readiness');
  }

  #startOthers(): void {
    const { spec, onReady, onUnhealthy } = this.options;
    this.#hasStartedUp = true;
    if (spec.readinessProbe === undefined) onReady(true);
    else this.#work('readiness', spec.readinessProbe, onReady);
    if (spec.livenessProbe === undefined) return;
    this.#work('liveness', spec.livenessProbe, (isSuccess) => {
      if (isSuccess) return;
      this.#stop('liveness');
      onUnhealthy('liveness');
    });
  }

  #work(kind: ProbeKind, probe: Probe, onResult: (isSuccess: boolean) => void): void {
    const { clock, ask, onAnswer, onError } = this.options;
    const worker = new ProbeWorker({
      clock,
      probe,
      firstInMs: this.#startedAt + probe.initialDelayMs - clock.now(),
      ask: (signal) => ask(probe.action, signal),
      onAnswer: (answer) => onAnswer(kind, answer),
      onResult,
    });
    this.#workers.set(kind, worker);
    worker.start().catch(onError);
  }

  #stop(kind: ProbeKind): void {
    this.#workers.get(kind)?.stop();
    this.#workers.delete(kind);
  }
}
