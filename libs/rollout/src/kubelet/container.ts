import { type PodPort } from '../pods/free-ports.js';
import { type PodExit, type PodProcess } from '../pods/pod-process.js';
import { type PodSpec } from '../scenario/scenario.js';
import { trafficPort } from '../scenario/traffic-port.js';
import { ContainerProbes } from './container-probes.js';
import { remainingAfterPreStop } from './grace.js';
import { type KubeletWorld } from './kubelet-world.js';
import { runPreStop } from './pre-stop.js';
import { type ProbeTarget } from './prober.js';
import { isListening, witnessListener, witnessLiveness } from './witnesses.js';

/** By then the signal has been delivered: Node's own handler has gone with it, and one that the service installed has not. */
const HANDLER_LOOK_MS = 100;

/** One container, and what it calls on changes. */
export interface ContainerOptions {
  readonly pod: string;
  readonly spec: PodSpec;
  readonly process: PodProcess;
  readonly ports: readonly PodPort[];
  readonly world: KubeletWorld;
  /** When its pod came to the node. */
  readonly beatSince: number;
  /** From its start until the kubelet has seen that it runs. */
  readonly runningSeenMs: number;
  readonly onReady: (isReady: boolean) => void;
  readonly onUnhealthy: (reason: string) => void;
}

/** A container from its start to its end: its probes, and how it is stopped. */
export class Container {
  readonly exit: Promise<PodExit>;
  readonly startedAt: number;
  isKilledByKubelet = false;
  /** Whether it still had a handler of SIGTERM a moment after it had been sent; `undefined` where that was not seen. */
  hasHandler: boolean | undefined;
  /** How many connections of clients were open when it was killed. */
  openConnections: number | undefined;
  #killAt: number | undefined;
  #stopping: Promise<void> | undefined;
  /** Whether its listener was seen when it became ready, and when it began to be stopped. */
  readonly #listening: Promise<boolean>[] = [];
  readonly #ended = new AbortController();
  readonly #probes: ContainerProbes;

  constructor(private readonly options: ContainerOptions) {
    const { world, process } = options;
    this.startedAt = world.clock.now();
    this.#probes = this.#makeProbes();
    this.exit = process.exit.then((exit) => {
      this.#ended.abort();
      this.#probes.stop();
      return exit;
    });
  }

  /** Begins to ask its probes. */
  watch(): void {
    this.#probes.start();
  }

  get process(): PodProcess {
    return this.options.process;
  }

  /** Until SIGKILL, once SIGTERM has been sent. */
  get remainingMs(): number | undefined {
    return this.#killAt === undefined ? undefined : Math.max(0, this.#killAt - this.options.world.clock.now());
  }

  /** Stops it as the kubelet does, and resolves when preStop is over and the container has ended. Once begun it is not begun again. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopInOrder();
    return this.#stopping;
  }

  async #stopInOrder(): Promise<void> {
    const { spec, world, process } = this.options;
    if (process.hasExited) return void (await this.exit);
    this.#probes.stopHealth();
    this.#startWitnesses();
    const preStopMs = await this.#preStop();
    if (world.end.aborted || process.hasExited) return void (await this.exit);
    const remainingMs = remainingAfterPreStop(spec.gracePeriodMs, preStopMs);
    this.#signal('SIGTERM', remainingMs);
    this.#killAt = world.clock.now() + remainingMs;
    const cancel = world.clock.after(remainingMs, () => this.#kill());
    this.#witnessListener().catch(world.onError);
    const cancelLook = world.clock.after(HANDLER_LOOK_MS, () => (this.hasHandler = process.catches('SIGTERM')));
    await this.exit;
    cancel();
    cancelLook();
  }

  #kill(): void {
    if (this.process.hasExited) return;
    this.isKilledByKubelet = true;
    this.openConnections = this.options.world.connectionsTo(this.options.pod);
    this.#signal('SIGKILL', 0);
    this.process.kill();
  }

  #signal(signal: 'SIGTERM' | 'SIGKILL', remainingMs: number): void {
    const { pod, world } = this.options;
    world.record({ type: 'signal-sent', pod, signal, remainingMs });
    if (signal === 'SIGTERM') this.process.signal(signal);
  }

  /** How long it took. */
  async #preStop(): Promise<number> {
    const { pod, spec, world } = this.options;
    if (spec.preStop === undefined || spec.gracePeriodMs === 0) return 0;
    const startedAt = world.clock.now();
    world.record({ type: 'pre-stop-started', pod });
    const ended = await runPreStop(spec.preStop, {
      clock: world.clock,
      prober: world.prober,
      target: this.#target,
      gracePeriodMs: spec.gracePeriodMs,
      stop: world.end,
    });
    if (world.end.aborted) return 0;
    world.record({ type: 'pre-stop-ended', pod, ...ended });
    return world.clock.now() - startedAt;
  }

  #startWitnesses(): void {
    const { pod, spec, world } = this.options;
    const witness = { clock: world.clock, end: this.#ended.signal };
    if (spec.livenessProbe !== undefined && this.#probes.hasStartedUp) {
      const { action } = spec.livenessProbe;
      witnessLiveness(witness, spec.livenessProbe, {
        ask: (signal) => world.prober.ask(action, this.#target, signal),
        onAnswer: (answer) =>
          world.record({ type: 'probe-answered', pod, probe: 'liveness', isWitness: true, ...answer }),
      }).catch(world.onError);
    }
    this.#lookForListener();
  }

  #lookForListener(): void {
    const { world, ports } = this.options;
    const traffic = trafficPort(ports);
    if (traffic === undefined) return;
    const witness = { clock: world.clock, end: this.#ended.signal };
    this.#listening.push(isListening(witness, world.prober, traffic.port));
  }

  /** A service that closes at once may have done so before it could be asked, so being ready once is enough. */
  async #witnessListener(): Promise<void> {
    const { pod, world, ports } = this.options;
    const traffic = trafficPort(ports);
    const wasListening = (await Promise.all(this.#listening)).includes(true);
    if (!wasListening || traffic === undefined) return;
    const witness = { clock: world.clock, end: this.#ended.signal };
    const isClosed = await witnessListener(witness, world.prober, traffic.port);
    if (isClosed && !this.process.hasExited) world.record({ type: 'listener-closed', pod });
  }

  get #target(): ProbeTarget {
    return { process: this.options.process, ports: this.options.ports };
  }

  #makeProbes(): ContainerProbes {
    const { pod, spec, world, beatSince, runningSeenMs, onReady, onUnhealthy } = this.options;
    return new ContainerProbes({
      clock: world.clock,
      spec,
      beatSince,
      runningSeenMs,
      ask: (action, signal) => world.prober.ask(action, this.#target, signal),
      onAnswer: (probe, answer) => world.record({ type: 'probe-answered', pod, probe, isWitness: false, ...answer }),
      onReady: (isReady) => {
        if (isReady && this.#listening.length === 0) this.#lookForListener();
        onReady(isReady);
      },
      onUnhealthy: (kind) => onUnhealthy(`the ${kind === 'startup' ? 'start-up' : kind} probe failed`),
      onError: world.onError,
    });
  }
}
