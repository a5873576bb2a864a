import { ChaosPlayer } from '../chaos/chaos-player.js';
import { type Clock, systemClock } from '../clock/clock.js';
import { Cluster } from '../cluster/cluster.js';
import { Timeline } from '../events/rollout-event.js';
import { Ledger } from '../ledger/ledger.js';
import { onLoopback } from '../load/address.js';
import { Load } from '../load/load.js';
import { type Balancer } from '../network/balancer.js';
import { createBalancer } from '../network/create-balancer.js';
import { Random } from '../random/random.js';
import { type Scenario } from '../scenario/scenario.js';
import { chaosTarget } from './chaos-target.js';
import { RehearsalDeadline } from './deadline.js';
import { type Dependencies } from './dependencies.js';
import { watchEventLoop } from './event-loop-watch.js';
import { watchIdleConnections } from './idle-connections.js';

interface StageParts extends Dependencies {
  readonly phaseOf: ((line: string) => string | undefined) | undefined;
  readonly signal: AbortSignal | undefined;
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
  /** What went wrong with the stage itself, in sentences. */
  readonly problems: readonly string[];
  /** Takes everything down. Nothing is left. */
  close(): Promise<void>;
}

export async function openStage({ scenario, proxies, phaseOf, signal }: StageParts): Promise<Stage> {
  const clock = systemClock;
  const startedAt = clock.now();
  const sinceStart = (): number => clock.now() - startedAt;
  const random = new Random(scenario.seed, scenario.lags);
  const timeline = new Timeline(sinceStart);
  const balancer = await createBalancer({ network: scenario.network, random, clock, sinceStart });
  const ledger = new Ledger();
  const load = createLoad({ scenario, clock, random, sinceStart, ledger, balancer });
  const onView = balancer.update.bind(balancer);
  const onGone = balancer.gone.bind(balancer);
  const connectionsTo = balancer.connectionsTo.bind(balancer);
  const cluster = new Cluster({ clock, random, timeline, scenario, onView, onGone, phaseOf, connectionsTo });
  const problems: string[] = [];
  const onError = (error: unknown): void => void problems.push(`On the stage: ${String(error)}`);
  const target = chaosTarget(cluster, scenario.network.nodes, onError);
  const chaos = new ChaosPlayer({ clock, timeline, target, dependencies: proxies, onError });
  const deadline = new RehearsalDeadline(clock, scenario.timing.deadlineMs, signal);
  const stopWatching = watchEventLoop(timeline);
  const stopIdling = watchIdleConnections(timeline, scenario);
  const close = async (): Promise<void> => {
    stopWatching();
    stopIdling();
    deadline.cancel();
    chaos.stop();
    await cluster.close();
    await balancer.close();
  };
  return { scenario, clock, random, timeline, ledger, cluster, load, chaos, deadline, problems, close };
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
