import { elapsed } from '../clock/clock.js';
import { RehearsalDeadline } from '../rehearsal/deadline.js';
import { type Rehearsal } from '../verdict/verdict.js';
import { type ActResult, type ClusterAct } from './act/cluster-act.js';
import { TemplateAct } from './act/template-act.js';
import { ClusterError } from './api/cluster-error.js';
import { type ClusterStage, openClusterStage } from './cluster-stage.js';
import { judgeCluster } from './judged/judge-cluster.js';
import { type ClusterPlan } from './plan-cluster-rehearsal.js';

/** Who watches a rehearsal on a cluster. */
export interface ClusterWatch {
  readonly onBegin?: (stage: Pick<ClusterStage, 'timeline' | 'ledger'>) => void;
  /** The phase that a line of the service's log says it has entered. */
  readonly phaseOf?: (line: string) => string | undefined;
  /** Ends it early: the load stops, and the change is undone. */
  readonly signal?: AbortSignal;
}

/** So many failures before anything is changed, and not one answer, are no chance. */
const ENOUGH_FAILURES = 5;
/** Beyond the grace period of the last pod; a kubelet needs a moment to tell its end. */
const AFTER_GRACE_MS = 30_000;

/**
 * Plays what was planned: load, the change, and everything that is seen until the last old pod has gone.
 *
 * @throws ClusterError when the cluster refuses something; the change is undone before
 */
export async function playClusterRehearsal(plan: ClusterPlan, watch: ClusterWatch = {}): Promise<Rehearsal> {
  return playClusterAct(plan, ({ view }) => new TemplateAct(plan.target, plan.change, () => view.leaving), watch);
}

/** As {@link playClusterRehearsal}, with another thing that is done to the pods. */
export async function playClusterAct(
  plan: ClusterPlan,
  actOn: (stage: ClusterStage) => ClusterAct,
  watch: ClusterWatch = {},
): Promise<Rehearsal> {
  const stage = await openClusterStage(plan, watch.phaseOf ?? (() => undefined));
  const { timeline, ledger, load, clock } = stage;
  const deadline = new RehearsalDeadline(clock, plan.scenario.timing.deadlineMs, watch.signal);
  const undoing = new Undoing(actOn(stage));
  try {
    watch.onBegin?.(stage);
    await perform(stage, deadline, undoing);
    await load.stop(deadline.signal);
    timeline.record({ type: 'load-stopped', ...load.pace });
    if (deadline.cutBy !== undefined) timeline.record({ type: 'rehearsal-cut', reason: deadline.cutBy });
  } finally {
    // Whatever has failed, what was changed is not left behind.
    await undoing.ifBegun();
    deadline.cancel();
    await load.stop(AbortSignal.abort()).catch(() => undefined);
    await stage.view.close();
  }
  const { events } = timeline;
  const { records } = ledger;
  const { scenario } = plan;
  const notes = [...undoing.notes, ...stage.view.notes];
  return { scenario, events, records, verdict: judgeCluster({ scenario, events, records, notes }) };
}

async function perform(stage: ClusterStage, deadline: RehearsalDeadline, undoing: Undoing): Promise<void> {
  const { load, clock, timeline, ledger, plan, view } = stage;
  const { warmUpMs, coolDownMs } = plan.scenario.timing;
  await load.prepare();
  load.start();
  await elapsed(clock, warmUpMs, deadline.signal);
  if (ledger.lost >= ENOUGH_FAILURES && ledger.counts.answered === 0 && ledger.counts['told-to-go'] === 0) {
    deadline.cut('nothing-answered');
  }
  if (deadline.signal.aborted) return;
  timeline.record({ type: 'update-started', revision: 2 });
  await undoing.begin(view, deadline.signal);
  const result = await actEnd(stage, deadline, undoing.act);
  timeline.record({ type: 'update-ended', result });
  if (result !== 'complete') return;
  undoing.isComplete();
  await lastOldPodGone(stage, deadline, undoing.act);
  await elapsed(clock, coolDownMs, deadline.signal);
}

async function actEnd(stage: ClusterStage, deadline: RehearsalDeadline, act: ClusterAct): Promise<ActResult> {
  while (!deadline.signal.aborted) {
    failIfBlind(stage);
    const result = act.resultOf(stage.view);
    if (result !== undefined) return result;
    await stage.view.changed(deadline.signal);
  }
  return deadline.cutBy === 'interrupted' ? 'interrupted' : 'deadline-passed';
}

async function lastOldPodGone(stage: ClusterStage, deadline: RehearsalDeadline, act: ClusterAct): Promise<void> {
  const limit = new AbortController();
  const end = (): void => limit.abort();
  deadline.signal.addEventListener('abort', end, { once: true });
  const cancel = stage.clock.after(stage.plan.scenario.pod.gracePeriodMs + AFTER_GRACE_MS, end);
  while (act.isLeaving(stage.view) && !limit.signal.aborted && !deadline.signal.aborted) {
    failIfBlind(stage);
    await stage.view.changed(limit.signal);
  }
  cancel();
  deadline.signal.removeEventListener('abort', end);
  // What has not ended by now is stuck on its node: a verdict without its end would be none.
  if (act.isLeaving(stage.view)) deadline.cut('deadline-passed');
}

function failIfBlind(stage: ClusterStage): void {
  const reason = stage.view.blindness;
  if (reason === undefined) return;
  throw new ClusterError(
    'refused',
    `the cluster cannot be watched any more: ${reason}. The change is undone where that is still possible`,
  );
}

/** Takes back what has been begun, and is not to stay. */
class Undoing {
  #state: 'not-begun' | 'begun' | 'complete' = 'not-begun';
  readonly notes: string[] = [];

  constructor(readonly act: ClusterAct) {}

  async begin(view: ClusterStage['view'], signal: AbortSignal): Promise<void> {
    this.#state = 'begun';
    await this.act.begin(view, signal);
  }

  isComplete(): void {
    this.#state = 'complete';
  }

  /** @throws ClusterError when it cannot, saying what to type */
  async ifBegun(): Promise<void> {
    if (this.#state === 'not-begun') return;
    const note = await this.act.undo(this.#state === 'complete');
    if (note !== undefined) this.notes.push(note);
  }
}
