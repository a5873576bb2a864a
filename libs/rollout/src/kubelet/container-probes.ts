import { type Clock } from '../clock/clock.js';
import { type ProbeKind } from '../events/rollout-event.js';
import { type PodSpec, type Probe } from '../scenario/scenario.js';
import { type ProbeAnswer } from './prober.js';
import { ProbeWorker } from './probe-worker.js';

/** What the probes of a container need, and what they call with results. */
export interface ContainerProbesOptions {
  readonly clock: Clock;
  readonly spec: PodSpec;
  /** When the pod came to its node: the beat of its probes. */
  readonly beatSince: number;
  /** From the container's start until its readiness is asked out of turn. */
  readonly runningSeenMs: number;
  readonly ask: (action: Probe['action'], signal: AbortSignal) => Promise<ProbeAnswer>;
  readonly onAnswer: (kind: ProbeKind, answer: ProbeAnswer) => void;
  /** Called with every result of the readiness probe, whether it is news or not. */
  readonly onReady: (isReady: boolean) => void;
  /** The container must be started anew. */
  readonly onUnhealthy: (kind: ProbeKind) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * The three probes of one container, each at the turns of its pod. Until the start-up probe has succeeded the other two are not asked.
 * Readiness has extra turns: when the kubelet sees the container run, and when the start-up probe has succeeded. Without a readiness
 * probe the container is ready as soon as it has started.
 */
export class ContainerProbes {
  readonly #workers = new Map<ProbeKind, ProbeWorker>();
  readonly #startedAt: number;
  #hasStartedUp = false;
  #cancelExtraTurn: () => void = () => undefined;

  constructor(private readonly options: ContainerProbesOptions) {
    this.#startedAt = options.clock.now();
  }

  /** Whether the liveness probe would be asked by now. */
  get hasStartedUp(): boolean {
    return this.#hasStartedUp;
  }

  start(): void {
    const { clock, spec, runningSeenMs, onReady, onUnhealthy } = this.options;
    const { startupProbe, readinessProbe, livenessProbe } = spec;
    const isStarted = (): boolean => this.#hasStartedUp;
    if (readinessProbe !== undefined) this.#work('readiness', readinessProbe, { isDue: isStarted, onResult: onReady });
    if (livenessProbe !== undefined)
      this.#work('liveness', livenessProbe, {
        isDue: isStarted,
        onResult: (isSuccess) => {
          if (isSuccess) return;
          this.#stop('liveness');
          onUnhealthy('liveness');
        },
      });
    this.#cancelExtraTurn = clock.after(runningSeenMs, () => this.#workers.get('readiness')?.trigger());
    if (startupProbe === undefined) return this.#haveStarted();
    this.#work('startup', startupProbe, {
      isDue: () => true,
      onResult: (isSuccess) => {
        this.#stop('startup');
        if (!isSuccess) return onUnhealthy('startup');
        this.#haveStarted();
        this.#workers.get('readiness')?.trigger();
      },
    });
  }

  /** What the kubelet does first of all when a pod must end; readiness goes on until the container has. */
  stopHealth(): void {
    this.#stop('startup');
    this.#stop('liveness');
  }

  stop(): void {
    this.#cancelExtraTurn();
    this.stopHealth();
    this.#stop('readiness');
  }

  #haveStarted(): void {
    this.#hasStartedUp = true;
    if (this.options.spec.readinessProbe === undefined) this.options.onReady(true);
  }

  #work(
    kind: ProbeKind,
    probe: Probe,
    { isDue, onResult }: { isDue: () => boolean; onResult: (isSuccess: boolean) => void },
  ): void {
    const { clock, beatSince, ask, onAnswer, onError } = this.options;
    const worker = new ProbeWorker({
      clock,
      probe,
      beatSince,
      mayAsk: () => isDue() && clock.now() - this.#startedAt >= probe.initialDelayMs,
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
