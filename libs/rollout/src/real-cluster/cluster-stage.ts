import { type Clock, systemClock } from '../clock/clock.js';
import { Timeline } from '../events/rollout-event.js';
import { Ledger } from '../ledger/ledger.js';
import { Load } from '../load/load.js';
import { Random } from '../random/random.js';
import { ClusterView } from './cluster-view.js';
import { type ClusterPlan } from './plan-cluster-rehearsal.js';

/** Everything that a rehearsal on a cluster sees and asks with. */
export interface ClusterStage {
  readonly plan: ClusterPlan;
  readonly clock: Clock;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly load: Load;
  readonly view: ClusterView;
}

/** Lists everything once, and watches it from then on. */
export async function openClusterStage(
  plan: ClusterPlan,
  phaseOf: (line: string) => string | undefined,
): Promise<ClusterStage> {
  const clock = systemClock;
  const startedAt = clock.now();
  const timeline = new Timeline(() => clock.now() - startedAt);
  const ledger = new Ledger();
  const view = new ClusterView({ plan, clock, timeline, phaseOf });
  await view.open();
  const load = new Load(plan.scenario.load, {
    address: plan.address,
    clock,
    random: new Random(plan.scenario.seed),
    sinceStart: () => timeline.now(),
    requestTimeoutMs: plan.scenario.timing.requestTimeoutMs,
    ledger,
  });
  return { plan, clock, timeline, ledger, load, view };
}
