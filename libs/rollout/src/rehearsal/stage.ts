import { ChaosPlayer } from '../chaos/chaos-player.js';
import { type Clock, systemClock } from '../clock/clock.js';
import { Cluster } from '../cluster/cluster.js';
import { type ClusterNeighbours, type ClusterOptions } from '../cluster/cluster-options.js';
import { Timeline } from '../events/rollout-event.js';
import { Ledger } from '../ledger/ledger.js';
import { onLoopback } from '../load/address.js';
import { Load } from '../load/load.js';
import { MessageStage } from '../messages/message-stage.js';
import { type Balancer, type Endpoint } from '../network/balancer.js';
import { createBalancer } from '../network/create-balancer.js';
import { type PodRuntime } from '../pods/pod-process.js';
import { ProcessRuntime } from '../pods/process-runtime.js';
import { Random } from '../random/random.js';
import { type Scenario } from '../scenario/scenario.js';
import { chaosTarget } from './chaos-target.js';
import { type RehearsalDeadline } from './deadline.js';
import { type Dependencies } from './dependencies.js';
import { watchEventLoop } from './event-loop-watch.js';
import { watchIdleConnections } from './idle-connections.js';

interface StageParts extends Dependencies {
  readonly phaseOf: ((line: string) => string | undefined) | undefined;
  /** It began before the stage was set up. */
  readonly deadline: RehearsalDeadline;
  /** Where several workloads are played together. */
  readonly among?: StageNeighbours | undefined;
}

/** What the stage of one of several workloads shares with the others. */
export interface StageNeighbours extends ClusterNeighbours {
  readonly clock: Clock;
  readonly sinceStart: () => number;
  readonly isFirst: boolean;
  readonly runtime: PodRuntime;
  /** The number of its first request: numbers are told apart over all workloads. */
  readonly firstRequest: number;
  /** Where its facts go, too. */
  readonly timeline: Timeline;
  readonly onView: (node: number, endpoints: readonly Endpoint[]) => void;
  readonly onGone: (pod: string) => void;
  /** Connections of other workloads to that pod. */
  readonly connectionsTo: (pod: string) => number;
}

/** Everything a rehearsal is played with, set up and not yet begun. */
export interface Stage {
  readonly scenario: Scenario;
  readonly clock: Clock;
  readonly random: Random;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly cluster: Cluster;
  readonly load: Load;
  readonly chaos: ChaosPlayer;
  readonly deadline: RehearsalDeadline;
  /** Where the service gets messages. */
  readonly messages: MessageStage | undefined;
  /** What went wrong with the stage itself, in sentences. */
  readonly problems: readonly string[];
  /** Takes everything down. Nothing is left. */
  close(): Promise<void>;
}

export async function openStage({ scenario, proxies, phaseOf, deadline, among }: StageParts): Promise<Stage> {
  const clock = among?.clock ?? systemClock;
  const startedAt = clock.now();
  const sinceStart = among?.sinceStart ?? ((): number => clock.now() - startedAt);
  const random = randomOf(scenario, among);
  const timeline = new Timeline(sinceStart, among?.name);
  if (among !== undefined) timeline.read((event) => among.timeline.add(event));
  const balancer = await createBalancer({ network: scenario.network, random, clock, sinceStart });
  const ledger = new Ledger(among?.firstRequest);
  const load = createLoad({ scenario, clock, random, sinceStart, ledger, balancer });
  const problems: string[] = [];
  const onNote = (note: string): void => void problems.push(note);
  const inner = among?.runtime ?? new ProcessRuntime(onNote);
  const messages = await openMessages({ scenario, clock, random, timeline }, inner).catch(async (error: unknown) => {
    // The caller cannot close it yet, and its listener would keep the process alive.
    await balancer.close();
    throw error;
  });
  const runtime = runtimeOf(among, messages);
  const cluster = new Cluster({
    ...{ clock, random, timeline, scenario, phaseOf, among, runtime },
    ...facing(balancer, among),
  });
  const onError = (error: unknown): void => void problems.push(`On the stage: ${String(error)}`);
  const target = chaosTarget(cluster, scenario.network.nodes, onError);
  const chaos = new ChaosPlayer({ clock, timeline, target, dependencies: proxies, onError });
  const stopWatching = watchOnce(timeline, among);
  const stopIdling = watchIdleConnections(timeline, scenario);
  const close = async (): Promise<void> => {
    stopWatching();
    stopIdling();
    chaos.stop();
    await load.close();
    await cluster.close();
    await balancer.close();
    await messages?.close();
  };
  return { scenario, clock, random, timeline, ledger, cluster, load, chaos, deadline, messages, problems, close };
}

/** Of several, one is enough: they share one event loop. */
function watchOnce(timeline: Timeline, among: StageNeighbours | undefined): () => void {
  return among === undefined || among.isFirst ? watchEventLoop(timeline) : () => undefined;
}

function randomOf({ seed, lags }: Scenario, among: StageNeighbours | undefined): Random {
  const random = new Random(seed, lags);
  return among === undefined ? random : random.within(among.name);
}

/** What is told of the pods to those in front of them: the balancer of the load, and the Services that other workloads call. */
function facing(
  balancer: Balancer,
  among: StageNeighbours | undefined,
): Pick<ClusterOptions, 'onView' | 'onGone' | 'connectionsTo'> {
  return {
    onView: (node, endpoints) => {
      balancer.update(node, endpoints);
      among?.onView(node, endpoints);
    },
    onGone: (endpoint) => {
      balancer.gone(endpoint);
      among?.onGone(endpoint.pod);
    },
    connectionsTo: (pod) => balancer.connectionsTo(pod) + (among?.connectionsTo(pod) ?? 0),
  };
}

interface LoadParts extends Pick<Stage, 'scenario' | 'clock' | 'random' | 'ledger'> {
  readonly sinceStart: () => number;
  readonly balancer: Balancer;
}

function createLoad({ scenario, balancer, ...parts }: LoadParts): Load {
  const { requestTimeoutMs } = scenario.timing;
  const attemptsOf = balancer.attemptsOf.bind(balancer);
  return new Load(scenario.load, { ...parts, address: onLoopback(balancer.port), requestTimeoutMs, attemptsOf });
}

function runtimeOf(among: StageNeighbours | undefined, messages: MessageStage | undefined): PodRuntime | undefined {
  return messages?.runtime ?? among?.runtime;
}

/** @throws MessageError where the broker cannot be used */
async function openMessages(
  stage: Pick<Stage, 'scenario' | 'clock' | 'random' | 'timeline'>,
  runtime: PodRuntime,
): Promise<MessageStage | undefined> {
  const plan = stage.scenario.messages;
  return plan && MessageStage.open({ ...stage, plan, runtime });
}
