import { type Clock } from '../clock/clock.js';
import { type RolloutFact } from '../events/rollout-event.js';
import { type PodRuntime } from '../pods/pod-process.js';
import { type Random } from '../random/random.js';
import { type Prober } from './prober.js';

/** What every pod of a rehearsal shares. */
export interface KubeletWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly runtime: PodRuntime;
  readonly prober: Prober;
  readonly record: (fact: RolloutFact) => void;
  /** The phase that a line of the service's log says it has entered, where the log's format is known. */
  readonly phaseOf: (line: string) => string | undefined;
  /** How many connections of clients to that pod are open at this moment; `undefined` where that is unknown. */
  readonly connectionsTo: (pod: string) => number | undefined;
  /** Something of the rehearsal could not be played as it is in a cluster. */
  readonly onNote: (note: string) => void;
  /** The rehearsal itself has failed. */
  readonly onError: (error: unknown) => void;
  /** The rehearsal is over: nothing waits any more. */
  readonly end: AbortSignal;
}
