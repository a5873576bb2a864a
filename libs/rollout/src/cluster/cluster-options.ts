import { type Clock } from '../clock/clock.js';
import { type Timeline } from '../events/rollout-event.js';
import { type PodStatus } from '../kubelet/pod-worker.js';
import { type Prober } from '../kubelet/prober.js';
import { type Endpoint } from '../network/balancer.js';
import { type PodRuntime } from '../pods/pod-process.js';
import { type Random } from '../random/random.js';
import { type Scenario } from '../scenario/scenario.js';
import { type Nodes } from './nodes.js';

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly timeline: Timeline;
  readonly scenario: Scenario;
  /** What a node sends its clients to from now on. */
  readonly onView: (node: number, endpoints: readonly Endpoint[]) => void;
  /** A pod's address is free from now on. */
  readonly onGone: (endpoint: Endpoint) => void;
  /** The phase that a line of the service's log says it has entered, where the log's format is known. */
  readonly phaseOf?: ((line: string) => string | undefined) | undefined;
  /** How many connections of clients to that pod are open at this moment. */
  readonly connectionsTo?: ((pod: string) => number) | undefined;
  /** Called with sentences that say what the first pods are waited for. */
  readonly onWaiting?: ((text: string) => void) | undefined;
  /** How long the first pods may take to become available. Default: what the start-up probe allows, and a minute more. */
  readonly startWithinMs?: number | undefined;
  /** Where it shares nodes with other workloads. */
  readonly among?: ClusterNeighbours | undefined;
  /** Default: real processes. */
  readonly runtime?: PodRuntime | undefined;
  /** Default: real connections. */
  readonly prober?: Prober | undefined;
}

/** What one of several workloads shares with the others. */
export interface ClusterNeighbours {
  /** Its pods are `<name>-v1-1` and so on. */
  readonly name: string;
  readonly nodes: Nodes;
  /** The pods of all workloads. */
  readonly pods: () => readonly PodStatus[];
}
