import { elapsed } from '../clock/clock.js';
import { type RolloutFact } from '../events/rollout-event.js';
import { RehearsalDeadline } from '../rehearsal/deadline.js';
import { type Rehearsal } from '../verdict/verdict.js';
import { applyChange, undoChange } from './act/apply-change.js';
import { ClusterError } from './api/cluster-error.js';
import { type DeploymentObject } from './api/objects.js';
import { toError } from './api/refusal.js';
import { type ClusterStage, openClusterStage } from './cluster-stage.js';
import { judgeCluster } from './judged/judge-cluster.js';
import { type ClusterPlan } from './plan-cluster-rehearsal.js';
import { rolloutState } from './target/rollout-state.js';

/** Who watches a rehearsal on a cluster. */
export interface ClusterWatch {
  readonly onBegin?: (stage: Pick<ClusterStage, 'timeline' | 'ledger'>) => void;
  /** The phase that a line of the service's log says it has entered. */
  readonly phaseOf?: (line: string) => string | undefined;
  /** Ends it early: the load stops, and the change is undone. */
  readonly signal?: AbortSignal;
}

type UpdateResult = Extract<RolloutFact, { type: 'update-ended' }>['result'];

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
  const stage = await openClusterStage(plan, watch.phaseOf ?? (() => undefined));
  const { timeline, ledger, load, clock } = stage;
  const deadline = new RehearsalDeadline(clock, plan.scenario.timing.deadlineMs, watch.signal);
  const undoing = new Undoing(stage);
  try {
    watch.onBegin?.(stage);
    await perform(stage, deadline, undoing);
    await load.stop(deadline.signal);
    if (deadline.cutBy !== undefined) timeline.record({ type: 'rehearsal-cut', reason: deadline.cutBy });
  } finally {
    // Whatever has failed, what was changed is not left behind.
    await undoing.ifHalfDone();
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
  const { load, clock, timeline, ledger, plan } = stage;
  const { warmUpMs, coolDownMs } = plan.scenario.timing;
  await load.logIn();
  load.start();
  await elapsed(clock, warmUpMs, deadline.signal);
  if (ledger.lost >= ENOUGH_FAILURES && ledger.counts.answered === 0 && ledger.counts['told-to-go'] === 0) {
    deadline.cut('nothing-answered');
  }
  if (deadline.signal.aborted) return;
  undoing.begin();
  timeline.record({ type: 'update-started', revision: 2 });
  await applyChange(plan.target, plan.change);
  const result = await updateEnd(stage, deadline);
  timeline.record({ type: 'update-ended', result });
  if (result !== 'complete') return;
  undoing.isComplete();
  await lastOldPodGone(stage, deadline);
  await elapsed(clock, coolDownMs, deadline.signal);
}

async function updateEnd(stage: ClusterStage, deadline: RehearsalDeadline): Promise<UpdateResult> {
  // What is known may still be what was there before.
  let hasBegun = false;
  while (!deadline.signal.aborted) {
    failIfBlind(stage);
    const deployment = stage.view.deployment;
    const isOurs = deployment !== undefined && stage.plan.change.isOurs(deployment);
    if (hasBegun && !isOurs) throw foreignChange(stage, deployment === undefined ? 'deleted' : 'changed by others');
    hasBegun ||= isOurs;
    const result = isOurs ? resultOf(deployment) : undefined;
    if (result !== undefined) return result;
    await stage.view.changed(deadline.signal);
  }
  return deadline.cutBy === 'interrupted' ? 'interrupted' : 'deadline-passed';
}

function resultOf(deployment: DeploymentObject): UpdateResult | undefined {
  const state = rolloutState(deployment);
  if (state === 'running') return undefined;
  return state === 'complete' ? state : 'progress-deadline-exceeded';
}

function foreignChange({ plan }: ClusterStage, what: string): ClusterError {
  return new ClusterError(
    'conflict',
    `deployment/${plan.target.name} was ${what} while it was rehearsed, so what was seen is not about one rollout. Their change stays. Play it again when nothing else rolls it out`,
  );
}

async function lastOldPodGone(stage: ClusterStage, deadline: RehearsalDeadline): Promise<void> {
  const limit = new AbortController();
  const end = (): void => limit.abort();
  deadline.signal.addEventListener('abort', end, { once: true });
  const cancel = stage.clock.after(stage.plan.scenario.pod.gracePeriodMs + AFTER_GRACE_MS, end);
  while (stage.view.leaving > 0 && !limit.signal.aborted && !deadline.signal.aborted) {
    failIfBlind(stage);
    await stage.view.changed(limit.signal);
  }
  cancel();
  deadline.signal.removeEventListener('abort', end);
  // What has not ended by now is stuck on its node: a verdict without its end would be none.
  if (stage.view.leaving > 0) deadline.cut('deadline-passed');
}

function failIfBlind(stage: ClusterStage): void {
  const reason = stage.view.blindness;
  if (reason === undefined) return;
  throw new ClusterError(
    'refused',
    `the cluster cannot be watched any more: ${reason}. The change is undone where that is still possible`,
  );
}

/** Takes the change back where it has been made and is not to stay. */
class Undoing {
  #state: 'not-begun' | 'begun' | 'complete' = 'not-begun';
  readonly notes: string[] = [];

  constructor(private readonly stage: ClusterStage) {}

  begin(): void {
    this.#state = 'begun';
  }

  isComplete(): void {
    this.#state = 'complete';
  }

  /** @throws ClusterError when it cannot, saying what to type */
  async ifHalfDone(): Promise<void> {
    const { target, change } = this.stage.plan;
    if (this.#state === 'not-begun' || (this.#state === 'complete' && !change.isAlwaysUndone)) return;
    try {
      const undone = await undoChange(target, change);
      this.notes.push(
        undone === 'undone'
          ? `The change (${change.words}) was undone: deployment/${target.name} goes back to what it was.`
          : `The change (${change.words}) was not undone: deployment/${target.name} has been changed by others since.`,
      );
    } catch (error) {
      const { context } = target.client.access;
      throw new ClusterError(
        'refused',
        `the change could not be undone: ${toError(error).message}. Undo it by hand: kubectl --context ${context} -n ${target.namespace} rollout undo deployment/${target.name}`,
      );
    }
  }
}
