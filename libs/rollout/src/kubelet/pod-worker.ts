import { elapsed } from '../clock/clock.js';
import { type Endpoint } from '../network/balancer.js';
import { type PodPort } from '../pods/free-ports.js';
import { type PodExit } from '../pods/pod-process.js';
import { type PodSpec, type Service } from '../scenario/scenario.js';
import { trafficPort } from '../scenario/traffic-port.js';
import { Container } from './container.js';
import { kubeletLags } from './kubelet-lags.js';
import { type KubeletWorld } from './kubelet-world.js';
import { PodLog } from './pod-log.js';
import { RestartBackoff } from './restart-backoff.js';

/** A pod as the API server stores it: what the controllers read. */
export interface PodStatus {
  readonly name: string;
  readonly revision: number;
  readonly node: number;
  /** Its place among all pods that were ever created. */
  readonly number: number;
  /** Of a StatefulSet: the number in its name. */
  readonly ordinal?: number | undefined;
  /** Where its traffic port is; `undefined` before its container has started. */
  readonly endpoint: Endpoint | undefined;
  readonly isReady: boolean;
  readonly readySince: number | undefined;
  /** It has a deletionTimestamp. */
  readonly isDeleted: boolean;
  readonly isGone: boolean;
  readonly restarts: number;
  /** Of the service in its container, while one runs. */
  readonly pid: number | undefined;
  /** How its container ended last. */
  readonly lastExit: PodExit | undefined;
  /** Why its container ended last although the pod had not been deleted. */
  readonly setback: string | undefined;
}

/** What a pod is made from. */
export interface PodOrder {
  /** Only one pod of a rehearsal has it. */
  readonly name: string;
  /** What the pod is called in the cluster, where another one may have had the same name before. Default: its name. */
  readonly hostname?: string | undefined;
  readonly ordinal?: number | undefined;
  readonly revision: number;
  readonly node: number;
  readonly number: number;
  readonly service: Service;
  readonly spec: PodSpec;
  /** A pod of the time before the rehearsal was scheduled long ago. */
  readonly isScheduled: boolean;
}

/** The kubelet's work for one pod: starts its container, asks its probes, restarts it, and ends it. */
export class PodWorker implements PodStatus {
  isReady = false;
  readySince: number | undefined;
  isDeleted = false;
  isGone = false;
  restarts = 0;
  lastExit: PodExit | undefined;
  setback: string | undefined;
  /** Resolves when the pod has gone, or the rehearsal is over and its container has ended. */
  readonly ended: Promise<void>;
  readonly log: PodLog;
  readonly #deletion = new AbortController();
  readonly #lags;
  readonly #backoff = new RestartBackoff();
  #ports: readonly PodPort[] = [];
  #onNodeSince = 0;
  #container: Container | undefined;
  #restartReason: string | undefined;
  #hasMoved = false;

  constructor(
    private readonly order: PodOrder,
    private readonly world: KubeletWorld,
    private readonly onChange: () => void,
  ) {
    this.log = new PodLog(order.name, world);
    this.#lags = kubeletLags(world.random, order.name);
    world.end.addEventListener('abort', () => this.#deletion.abort(), { once: true });
    world.record({ type: 'pod-created', pod: order.name, revision: order.revision, node: order.node });
    this.ended = this.#liveToTheEnd();
  }

  get name(): string {
    return this.order.name;
  }
  get revision(): number {
    return this.order.revision;
  }
  get node(): number {
    return this.order.node;
  }
  get number(): number {
    return this.order.number;
  }
  get ordinal(): number | undefined {
    return this.order.ordinal;
  }
  get pid(): number | undefined {
    return this.#container?.process.pid;
  }
  get ports(): readonly PodPort[] {
    return this.#ports;
  }
  /** The container that runs now. */
  get container(): Container | undefined {
    return this.#container;
  }
  get endpoint(): Endpoint | undefined {
    const traffic = trafficPort(this.#ports);
    return traffic === undefined ? undefined : { pod: this.name, port: traffic.port };
  }

  /** Sets the deletionTimestamp: from here on the kubelet and the endpoint controller each learn of it in their own time. */
  delete(reason: string): void {
    if (this.isDeleted) return;
    this.isDeleted = true;
    this.world.record({ type: 'pod-deleted', pod: this.name, reason });
    this.#noticeDeletion().catch(this.world.onError);
    this.onChange();
  }

  /** Stops the container, to start it anew, as after a failed liveness probe: without a deletion. */
  restart(reason: string): void {
    if (this.#container === undefined || this.#deletion.signal.aborted) return;
    this.#restartReason ??= reason;
    this.#container.stop().catch(this.world.onError);
  }

  async #noticeDeletion(): Promise<void> {
    await elapsed(this.world.clock, this.#lags.noticeMs(this.#ageMs), this.world.end);
    if (this.isGone || this.world.end.aborted) return;
    this.world.record({ type: 'kubelet-noticed-deletion', pod: this.name });
    this.#deletion.abort();
    await this.#container?.stop();
  }

  async #liveToTheEnd(): Promise<void> {
    await this.#live().catch(this.world.onError);
    await this.#releasePorts();
  }

  async #live(): Promise<void> {
    const { clock } = this.world;
    const isEnding = (): boolean => this.#deletion.signal.aborted;
    await this.#comeToNode();
    if (!isEnding()) this.#ports = await this.world.runtime.ports(this.order.service);
    while (!isEnding()) {
      const startedAt = clock.now();
      const exit = await this.#runContainer();
      if (isEnding()) break;
      if (this.#needsOtherPorts(exit)) {
        await this.#releasePorts();
        this.#ports = await this.world.runtime.ports(this.order.service);
        continue;
      }
      await this.#awaitRestart(exit, clock.now() - startedAt);
    }
    this.#recordGone();
  }

  async #releasePorts(): Promise<void> {
    await this.world.runtime.release?.(this.#ports).catch(this.world.onError);
  }

  async #comeToNode(): Promise<void> {
    const { world, order } = this;
    const { schedulingMs, containerMs } = this.#lags;
    if (order.isScheduled) {
      this.#onNodeSince = world.clock.now() - containerMs;
      return;
    }
    await elapsed(world.clock, schedulingMs, this.#deletion.signal);
    this.#onNodeSince = world.clock.now();
    await elapsed(world.clock, containerMs, this.#deletion.signal);
  }

  /** Of its container; none is as young as can be. A pod of the time before the rehearsal is old, however soon the update begins. */
  get #ageMs(): number {
    if (this.order.isScheduled) return Infinity;
    return this.#container === undefined ? 0 : this.world.clock.now() - this.#container.startedAt;
  }

  /** From the container's start to its end, and the end of a preStop that outlives it. */
  async #runContainer(): Promise<PodExit> {
    const { name, world } = this;
    const container = await this.#startContainer();
    if (container === undefined) return this.#recordExit({ code: 128, signal: null });
    const { pid } = container.process;
    const ports = Object.fromEntries(this.#ports.map(({ name, port }) => [name, port]));
    world.record({ type: 'container-started', pod: name, pid, ports });
    this.#container = container;
    container.watch();
    this.onChange();
    if (world.end.aborted) container.process.kill();
    else if (this.#deletion.signal.aborted) container.stop().catch(world.onError);
    const exit = await container.exit;
    this.#recordExit(exit, container);
    if (this.#deletion.signal.aborted) await container.stop();
    this.#container = undefined;
    return exit;
  }

  async #startContainer(): Promise<Container | undefined> {
    const { name: pod, world, order } = this;
    try {
      const process = await world.runtime.start({
        pod,
        hostname: order.hostname ?? pod,
        service: order.service,
        ports: this.#ports,
        isPid1: order.spec.isPid1,
        onLine: (line) => this.log.write(line),
      });
      return new Container({
        pod,
        spec: order.spec,
        process,
        ports: this.#ports,
        world,
        beatSince: this.#onNodeSince,
        runningSeenMs: this.#lags.runningSeenMs(),
        onReady: (isReady) => this.#setReady(isReady),
        onUnhealthy: (reason) => this.restart(reason),
      });
    } catch (error) {
      this.log.write({ stream: 'stderr', line: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  #recordExit(exit: PodExit, container?: Container): PodExit {
    const { isKilledByKubelet = false, hasHandler, openConnections } = container ?? {};
    this.lastExit = exit;
    this.world.record({
      type: 'container-exited',
      pod: this.name,
      ...exit,
      isKilledByKubelet,
      ...(hasHandler !== undefined && { hasHandler }),
      ...(openConnections !== undefined && { openConnections }),
    });
    return exit;
  }

  /** Another process may take a port after we have released it and before the service listens; once is bad luck. */
  #needsOtherPorts({ code }: PodExit): boolean {
    const isTaken = this.log.takeAddressInUse() && code !== 0 && this.restarts === 0 && !this.#hasMoved;
    if (!isTaken) return false;
    this.#hasMoved = true;
    this.world.onNote(`${this.name} was started a second time, because one of its ports had been taken meanwhile.`);
    return true;
  }

  async #awaitRestart({ code }: PodExit, ranForMs: number): Promise<void> {
    const { clock } = this.world;
    const reason = this.#restartReason ?? `it exited with code ${code}`;
    this.setback = reason;
    this.onChange();
    // An exit that the kubelet did not cause is not known to it at once, and the endpoint stays ready meanwhile.
    if (this.#restartReason === undefined) await elapsed(clock, this.#lags.relistMs(), this.#deletion.signal);
    this.#restartReason = undefined;
    this.#setReady(false);
    await elapsed(clock, this.#backoff.delayMs(ranForMs), this.#deletion.signal);
    if (this.#deletion.signal.aborted) return;
    this.restarts += 1;
    this.world.record({ type: 'container-restarted', pod: this.name, reason });
  }

  #setReady(isReady: boolean): void {
    if (isReady === this.isReady) return;
    this.isReady = isReady;
    this.readySince = isReady ? this.world.clock.now() : undefined;
    this.world.record({ type: isReady ? 'pod-ready' : 'pod-not-ready', pod: this.name });
    this.onChange();
  }

  #recordGone(): void {
    if (this.world.end.aborted) return;
    this.isReady = false;
    this.readySince = undefined;
    this.isGone = true;
    this.world.record({ type: 'pod-gone', pod: this.name });
    this.onChange();
  }
}
