import { type Clock, systemClock } from '../clock/clock.js';
import { Nodes } from '../cluster/nodes.js';
import { Timeline } from '../events/rollout-event.js';
import { type PodStatus } from '../kubelet/pod-worker.js';
import { ProcessRuntime } from '../pods/process-runtime.js';
import { Random } from '../random/random.js';
import { RehearsalDeadline } from '../rehearsal/deadline.js';
import { startDependencies } from '../rehearsal/dependencies.js';
import { openStage, type Stage } from '../rehearsal/stage.js';
import { withProbes } from '../rehearsal/with-probes.js';
import { type PlayedCall } from './call-records.js';
import { drainNode, type HeldPod } from './drain-node.js';
import { NetworkedRuntime } from './networked-runtime.js';
import { type ResolvedWorkload, type ResolvedWorkloads } from './resolve-workloads.js';
import { ServiceNetwork } from './service-network.js';

/** The stage of one of several workloads. */
export interface WorkloadStage extends Stage {
  readonly workload: ResolvedWorkload;
  /** What was found of its probes, in sentences. */
  readonly found: readonly string[];
}

/** Who watches. */
export interface StageWatch {
  readonly phaseOf: ((line: string) => string | undefined) | undefined;
  readonly onWaiting: ((text: string) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Requests of different fronts have numbers of their own, so that the same seed asks the same. */
const REQUESTS_OF_ONE = 10_000_000;

/** Everything that several workloads are played with: one cluster of nodes, one network of Services, and a stage for each workload. */
export class WorkloadsStage {
  readonly calls: PlayedCall[] = [];
  /** Pods that stayed on a node that was drained: their budgets let none go. */
  readonly held: HeldPod[] = [];
  readonly deadline: RehearsalDeadline;
  /** The facts of all workloads, in order. */
  readonly timeline: Timeline;
  readonly #stages: WorkloadStage[] = [];
  readonly #closing: (() => Promise<void>)[] = [];
  readonly #clock: Clock = systemClock;
  readonly #startedAt = this.#clock.now();
  readonly #nodes: Nodes;
  readonly #notes = new Set<string>();
  readonly #runtime = new ProcessRuntime((note) => void this.#notes.add(note));
  #network: ServiceNetwork | undefined;

  constructor(
    private readonly resolved: ResolvedWorkloads,
    private readonly watch: StageWatch,
  ) {
    const [first] = resolved.workloads;
    if (first === undefined) throw new Error('there is at least one workload');
    this.#nodes = new Nodes(first.scenario.network.nodes);
    this.timeline = new Timeline(this.sinceStart);
    this.deadline = new RehearsalDeadline(this.#clock, first.scenario.timing.deadlineMs, watch.signal);
  }

  readonly sinceStart = (): number => this.#clock.now() - this.#startedAt;

  get clock(): Clock {
    return this.#clock;
  }

  /** Those that have been opened, in that order. */
  get stages(): readonly WorkloadStage[] {
    return this.#stages;
  }

  /** What this machine could not do as a cluster does, in sentences. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /** Names and ports that were asked for and that no Service has. */
  get misses(): ReturnType<ServiceNetwork['misses']> {
    return this.#network?.misses() ?? [];
  }

  /** Sets up the network of Services: before any workload. */
  async openNetwork(): Promise<void> {
    const [first] = this.resolved.workloads;
    if (first === undefined) return;
    const { seed, lags, network } = first.scenario;
    const services = await ServiceNetwork.open({
      clock: this.#clock,
      random: new Random(seed, lags),
      sinceStart: this.sinceStart,
      services: this.resolved.workloads.flatMap((workload) => workload.services),
      refusedForMs: network.refusedForMs,
      onCall: (call, to) => void this.calls.push({ call, to }),
    });
    this.#network = services;
    this.#closing.push(() => services.close());
  }

  /** Looks for its probes where they are not written, and sets up its pods. Others that it calls are running by then. */
  async open(workload: ResolvedWorkload): Promise<WorkloadStage> {
    const network = this.#network;
    if (network === undefined) throw new Error('the network of Services is opened first');
    const { name, namespace, written } = workload;
    const pods = (): readonly PodStatus[] => this.#stages.flatMap(({ cluster }) => cluster.pods);
    const nodeOf = (pod: string): number => pods().find((one) => one.name === pod)?.node ?? 0;
    const runtime = new NetworkedRuntime({ inner: this.#runtime, network, workload: name, namespace, nodeOf });
    const { onWaiting, phaseOf } = this.watch;
    const { signal } = this.deadline;
    const probed = await withProbes(workload.scenario, written, { signal, onWaiting, runtime });
    const dependencies = await startDependencies(probed.scenario);
    for (const proxy of dependencies.proxies.values()) this.#closing.push(() => proxy.close());
    const portOf = (pod: string, port: number): number | undefined => stage.cluster.portOf(pod, port);
    const stage = await openStage({
      ...dependencies,
      phaseOf,
      deadline: this.deadline,
      among: {
        ...{ name, nodes: this.#nodes, pods, clock: this.#clock, sinceStart: this.sinceStart, runtime },
        timeline: this.timeline,
        isFirst: this.#stages.length === 0,
        firstRequest: this.resolved.workloads.indexOf(workload) * REQUESTS_OF_ONE + 1,
        onView: (node, endpoints) => network.update(name, { node, endpoints }, portOf),
        onGone: (pod) => network.gone(name, pod, portOf),
        connectionsTo: (pod) => network.connectionsTo(pod),
      },
    });
    const opened = { ...stage, workload: { ...workload, scenario: stage.scenario }, found: probed.notes };
    this.#stages.push(opened);
    return opened;
  }

  /** No more pods for that node, and those it has are evicted, of whatever workload, as far as their budgets allow. */
  async drain(node: number): Promise<void> {
    this.#nodes.cordon(node);
    const workloads = this.#stages.map(({ workload, cluster }) => ({
      name: workload.name,
      leastHealthy: workload.leastHealthy,
      pods: () => cluster.pods,
      evict: (pod: string) => cluster.deletePod(pod, `node ${node} is drained`),
    }));
    this.held.push(...(await drainNode(node, workloads, { clock: this.#clock, signal: this.deadline.signal })));
  }

  /** Takes everything down. Nothing is left. */
  async close(): Promise<void> {
    this.deadline.cancel();
    await Promise.all(this.#stages.map((stage) => stage.close()));
    for (const end of this.#closing.toReversed()) await end();
  }
}
