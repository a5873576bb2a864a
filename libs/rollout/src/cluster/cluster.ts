import { setMaxListeners } from 'node:events';
import { elapsed } from '../clock/clock.js';
import { createController } from '../deployment/create-controller.js';
import { type UpdateResult, type WorkloadController } from '../deployment/workload-controller.js';
import { EndpointController } from '../endpoints/endpoint-controller.js';
import { type RolloutFact } from '../events/rollout-event.js';
import { askedWithin } from '../kubelet/asked-within.js';
import { type KubeletWorld } from '../kubelet/kubelet-world.js';
import { NetworkProber } from '../kubelet/network-prober.js';
import { type PodStatus, PodWorker } from '../kubelet/pod-worker.js';
import { type Prober } from '../kubelet/prober.js';
import { portOf } from '../pods/free-ports.js';
import { ProcessRuntime } from '../pods/process-runtime.js';
import { type Scenario } from '../scenario/scenario.js';
import { type ClusterOptions } from './cluster-options.js';
import { actOnPods } from './act-on-pods.js';
import { podNames } from './pod-names.js';
import { Nodes } from './nodes.js';
import { exitedBeforeReady, notReadyInTime } from './start-failure.js';
import { StrayListeners } from './stray-listeners.js';
import { Waiting } from './waiting.js';
import { WorkerStarts } from './worker-starts.js';

/** How an update ended. */
export type UpdateEnd = UpdateResult | 'deadline-passed' | 'interrupted';

const START_MS = 60_000;
const KNOCK_MS = 500;
const KNOCK_PERIOD_MS = 50;

/**
 * A Deployment and all that works on it, played with real processes: the handle of a rehearsal. Every fact goes to the timeline.
 * Whatever happens, `close()` leaves nothing behind.
 */
export class Cluster {
  readonly #workers: PodWorker[] = [];
  readonly #end = new AbortController();
  readonly #waiting = new Waiting();
  readonly #notes = new Set<string>();
  readonly #gone = new Set<string>();
  readonly #nodes: Nodes;
  readonly #workerStarts: WorkerStarts;
  readonly #world: KubeletWorld;
  readonly #deployment: WorkloadController;
  readonly #endpoints: EndpointController;
  #hasBegun = false;
  #updateEnd: UpdateEnd | undefined;

  constructor(private readonly options: ClusterOptions) {
    const { clock, random, scenario, onView } = options;
    setMaxListeners(0, this.#end.signal);
    const record = (fact: RolloutFact): void => {
      if (!this.#end.signal.aborted) options.timeline.record(fact);
      // Time alone makes a pod available, so no change of state wakes the wait.
      if (fact.type === 'pod-available') this.#waiting.look();
      if (fact.type === 'service-switched') this.#endpoints.changed();
    };
    const pods = (): readonly PodStatus[] => this.#workers;
    const shared = { clock, random, record, pods };
    this.#workerStarts = new WorkerStarts(clock);
    this.#nodes = options.among?.nodes ?? new Nodes(scenario.network.nodes);
    this.#world = this.#makeWorld(record);
    this.#deployment = createController({
      ...shared,
      deployment: scenario.deployment,
      createPod: (revision, ordinal) => this.#createPod(revision, ordinal),
      deletePod: (name, reason) => this.deletePod(name, reason),
      onUpdateEnded: (result) => this.#endUpdate(result),
    });
    const isSlow = scenario.chaos.some(({ kind }) => kind === 'slow-endpoints');
    const selected = (): readonly PodStatus[] =>
      this.#workers.filter(({ revision }) => revision === (this.#deployment.selected ?? revision));
    this.#endpoints = new EndpointController({ ...shared, pods: selected, network: scenario.network, isSlow, onView });
  }

  /** Every pod there is or has been, oldest first. */
  get pods(): readonly PodStatus[] {
    return this.#workers;
  }

  /** What could not be played as it is in a cluster, in sentences. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /**
   * Starts the first revision, and resolves when all of it is available, listens, and every node knows. Rejects with a StartFailure
   * when the service does not come up. Resolves early when `signal` fires.
   */
  async start(signal?: AbortSignal): Promise<void> {
    const withinMs = this.#startWithinMs();
    let isLate = false;
    const elsewhere = this.#watchListeners();
    const isCut = (): boolean => signal?.aborted === true || elsewhere.failure !== undefined;
    const look = (): void => this.#waiting.look();
    signal?.addEventListener('abort', look, { once: true });
    const cancel = this.options.clock.after(withinMs, () => {
      isLate = true;
      look();
    });
    try {
      this.#deployment.install(1);
      await this.#waiting.until(() => isLate || isCut() || this.#isInstalled());
      if (!isLate) await this.#allListen(() => isLate || isCut());
    } finally {
      cancel();
      elsewhere.stop();
      signal?.removeEventListener('abort', look);
    }
    if (elsewhere.failure !== undefined) throw elsewhere.failure;
    if (isCut()) return;
    if (isLate) throw await this.#lateStart(withinMs);
    this.#hasBegun = true;
    this.#endpoints.settle();
  }

  /**
   * Rolls to the next revision. Resolves when the controller has arrived or given up (terminating pods may still be there: see
   * `settled`), or when `signal` fires; it then says `interrupted` if that is the signal's reason, and else `deadline-passed`.
   */
  update(signal?: AbortSignal): Promise<UpdateEnd> {
    return this.#roll(2, signal);
  }

  /**
   * Does something to the pods of this revision, or rolls to the next one. Resolves like `update`, when there are as many available
   * pods as there should be.
   */
  act(act: Scenario['act'], signal?: AbortSignal): Promise<UpdateEnd> {
    if (act === 'none') return Promise.resolve('complete');
    if (act === 'update') return this.update(signal);
    const first = this.#workers.find(({ isDeleted, isGone }) => !isDeleted && !isGone);
    const { scaleIn } = this.#deployment;
    actOnPods(act, { first, scaleIn, drainNode: (node) => this.drainNode(node) });
    return this.#roll(1, signal);
  }

  /** Rolls back to the first revision, also in the middle of an update, whose promise then waits for this instead. */
  rollback(signal?: AbortSignal): Promise<UpdateEnd> {
    return this.#roll(1, signal);
  }

  deletePod(name: string, reason: string): void {
    this.#worker(name).delete(reason);
  }

  /** All pods at once, as `kubectl delete pods --all` does; the controller puts others in their place. */
  deleteAll(reason: string): void {
    for (const worker of this.#workers) worker.delete(reason);
  }

  /** `kubectl drain`: no more pods for that node, and those it has are evicted. Returns their names. */
  drainNode(node: number): readonly string[] {
    this.#nodes.cordon(node);
    const evicted = this.#workers.filter((pod) => pod.node === node && !pod.isDeleted && !pod.isGone);
    for (const worker of evicted) worker.delete(`node ${node} is drained`);
    return evicted.map(({ name }) => name);
  }

  /** Straight to the service's own process, not as the kubelet does it: no `signal-sent` is recorded. */
  signal(name: string, signal: NodeJS.Signals): void {
    this.#worker(name).container?.process.signal(signal);
  }

  /** The container is stopped and started anew, as if its liveness probe had failed: without a deletion. */
  failLiveness(name: string): void {
    this.#worker(name).restart('its liveness probe was made to fail');
  }

  /** The port of this machine that stands for a container port of that pod. */
  portOf(name: string, containerPort: number): number | undefined {
    return portOf(this.#worker(name).ports, containerPort);
  }

  /** Resolves when every pod that was deleted has gone. */
  settled(): Promise<void> {
    return this.#waiting.until(() => this.#workers.every(({ isDeleted, isGone }) => isGone || !isDeleted));
  }

  /** Kills what is left, and resolves when nothing is. No fact is recorded from here on. */
  async close(): Promise<void> {
    this.#end.abort();
    this.#deployment.stop();
    this.#endpoints.stop();
    for (const { container } of this.#workers) container?.process.kill();
    await Promise.all(this.#workers.map(({ ended }) => ended));
    this.#waiting.fail(new Error('the cluster has been closed'));
  }

  async #roll(revision: number, signal?: AbortSignal): Promise<UpdateEnd> {
    this.#updateEnd = undefined;
    this.#deployment.update(revision);
    const pass = (): void => this.#endUpdate(signal?.reason === 'interrupted' ? 'interrupted' : 'deadline-passed');
    if (signal?.aborted === true) pass();
    signal?.addEventListener('abort', pass, { once: true });
    await this.#waiting.until(() => this.#updateEnd !== undefined);
    signal?.removeEventListener('abort', pass);
    return this.#updateEnd ?? 'complete';
  }

  #endUpdate(result: UpdateEnd): void {
    if (this.#updateEnd !== undefined) return;
    this.#updateEnd = result;
    this.#world.record({ type: 'update-ended', result });
    this.#waiting.look();
  }

  #createPod(revision: number, ordinal?: number): void {
    const { scenario, among } = this.options;
    const order = {
      ...podNames({ revision, ordinal }, { workers: this.#workers, set: scenario.deployment.statefulSet, among }),
      ordinal,
      revision,
      node: this.#nodes.forNewPod(among?.pods() ?? this.#workers),
      number: this.#workers.length + 1,
      service: revision === 1 ? scenario.service : scenario.nextService,
      spec: scenario.pod,
      isScheduled: !this.#hasBegun,
    };
    this.#workers.push(new PodWorker(order, this.#world, () => this.#podChanged()));
    this.#podChanged();
  }

  #podChanged(): void {
    for (const { isGone, name, endpoint } of this.#workers) {
      if (!isGone || this.#gone.has(name)) continue;
      this.#gone.add(name);
      if (endpoint !== undefined) this.options.onGone(endpoint);
    }
    this.#deployment.changed();
    if (this.#hasBegun) this.#endpoints.changed();
    this.#waiting.look();
  }

  #worker(name: string): PodWorker {
    const worker = this.#workers.find((worker) => worker.name === name);
    if (worker === undefined) throw new Error(`there is no pod ${name}`);
    return worker;
  }

  /** Throws when one of them will not be. */
  #isInstalled(): boolean {
    const failed = this.#workers.find(({ setback }) => setback !== undefined);
    if (failed !== undefined) throw exitedBeforeReady(failed);
    return this.#deployment.available.size === this.options.scenario.deployment.replicas;
  }

  /** A container without a readiness probe counts as ready before its service listens. */
  async #allListen(isLate: () => boolean): Promise<void> {
    for (const worker of this.#workers)
      while (!isLate() && this.#isInstalled() && !(await this.#isListening(worker)))
        await elapsed(this.options.clock, KNOCK_PERIOD_MS, this.#end.signal);
  }

  async #isListening(pod: PodWorker): Promise<boolean> {
    const { clock } = this.options;
    const { endpoint } = pod;
    if (endpoint === undefined) return this.#workerStarts.isOver(pod);
    const limits = { clock, ms: KNOCK_MS, stop: this.#end.signal };
    const knock = (signal: AbortSignal): ReturnType<Prober['knock']> => this.#world.prober.knock(endpoint.port, signal);
    return (await askedWithin(limits, 'no answer', knock)) === 'accepted';
  }

  /** A service that listens on a port of its own choice stays there: that shows long before the start is late. */
  #watchListeners(): StrayListeners {
    const { clock, onWaiting } = this.options;
    const pods = (): readonly PodWorker[] => this.#workers.filter(({ isGone }) => !isGone);
    return new StrayListeners({ clock, pods, onWaiting, onFailure: () => this.#waiting.look() });
  }

  async #lateStart(withinMs: number): Promise<Error> {
    const { timeline, scenario } = this.options;
    for (const pod of this.#workers) {
      const isListening = await this.#isListening(pod);
      if (this.#deployment.available.has(pod.name) && isListening) continue;
      return notReadyInTime(pod, { withinMs, isListening, spec: scenario.pod, events: timeline.events });
    }
    return new Error('the pods became available at the last moment: allow more time for the start');
  }

  #startWithinMs(): number {
    const { startWithinMs, scenario } = this.options;
    const { startupProbe, readinessProbe } = scenario.pod;
    const startupMs = startupProbe === undefined ? 0 : startupProbe.failureThreshold * startupProbe.periodMs;
    const delayMs = (startupProbe?.initialDelayMs ?? 0) + (readinessProbe?.initialDelayMs ?? 0);
    return startWithinMs ?? START_MS + startupMs + delayMs + scenario.deployment.minReadyMs;
  }

  #makeWorld(record: (fact: RolloutFact) => void): KubeletWorld {
    const { clock, random, phaseOf, connectionsTo, runtime, prober } = this.options;
    const onNote = (note: string): void => void this.#notes.add(note);
    return {
      clock,
      random,
      record,
      onNote,
      runtime: runtime ?? new ProcessRuntime(onNote),
      prober: prober ?? new NetworkProber(),
      phaseOf: phaseOf ?? (() => undefined),
      connectionsTo: connectionsTo ?? (() => undefined),
      onError: (error) => this.#waiting.fail(error),
      end: this.#end.signal,
    };
  }
}
