import { planChaos } from './chaos/plan-chaos.js';
import { elapsed } from './clock/clock.js';
import { type Timeline } from './events/rollout-event.js';
import { type Rehearsal, type Verdict } from './verdict/verdict.js';
import { checkCalls } from './load/grpc/grpc-calls.js';
import { type MessageStage } from './messages/message-stage.js';
import { isAnsweredNothing } from './rehearsal/answered-nothing.js';
import { type ResolvedWorkloads, resolveWorkloads } from './workloads/resolve-workloads.js';
import { startOrder } from './workloads/start-order.js';
import { summarizeWorkloads } from './workloads/summarize-workloads.js';
import { type WorkloadsOptions } from './workloads/workloads-options.js';
import { WorkloadsStage, type WorkloadStage } from './workloads/workloads-stage.js';

/** Who watches several workloads. */
export interface WorkloadsWatch {
  /** Called before the first pod is started, with the facts of all workloads as they come, and how the load is doing. */
  readonly onBegin?: (stage: {
    readonly timeline: Timeline;
    readonly ledger: { readonly sent: number; readonly inFlight: number; readonly lost: number };
  }) => void;
  /** Called with what is waited for, where a pod that is started to find its probes takes its time. */
  readonly onWaiting?: (text: string) => void;
  /** The phase that a line of a service's log says it has entered. */
  readonly phaseOf?: (line: string) => string | undefined;
  /** Ends the rehearsal early; the verdict is about what was played by then. */
  readonly signal?: AbortSignal;
}

/**
 * Plays several workloads together: load comes to those that are asked from outside, these call the others through their Services, and all are
 * rolled, in turn or at once. Says what was lost, and which workload's stop caused it.
 *
 * @throws InvalidScenarioError listing every problem of the options
 * @throws StartFailure when a service does not come up
 */
export async function rehearseWorkloads(options: WorkloadsOptions, watch: WorkloadsWatch = {}): Promise<Verdict> {
  return (await playWorkloads(options, watch)).verdict;
}

/** As {@link rehearseWorkloads}, with everything that happened: what reports are made of. */
export async function playWorkloads(options: WorkloadsOptions, watch: WorkloadsWatch = {}): Promise<Rehearsal> {
  const resolved = resolveWorkloads(options);
  for (const { scenario } of resolved.workloads) await checkCalls(scenario.load);
  const { phaseOf, onWaiting, signal } = watch;
  const stage = new WorkloadsStage(resolved, { phaseOf, onWaiting, signal });
  let rehearsal: Rehearsal;
  try {
    await stage.openNetwork();
    watch.onBegin?.({ timeline: stage.timeline, ledger: progressOf(stage) });
    await perform(stage, resolved);
    rehearsal = summarizeWorkloads(stage, resolved);
  } finally {
    await stage.close();
  }
  return withLateNotes(rehearsal, stage);
}

/** With what could not be taken from a broker in the end. */
function withLateNotes({ verdict, ...rehearsal }: Rehearsal, { stages }: WorkloadsStage): Rehearsal {
  const problems = stages.flatMap(({ messages }) => messages?.problems ?? []);
  const late = problems.filter((problem) => !verdict.notes.includes(problem));
  return { ...rehearsal, verdict: { ...verdict, notes: [...verdict.notes, ...late] } };
}

/** The load of all fronts. */
function progressOf({ stages }: WorkloadsStage): { sent: number; inFlight: number; lost: number } {
  const sum = (count: (stage: WorkloadStage) => number): number =>
    stages.reduce((total, stage) => total + count(stage), 0);
  return {
    get sent() {
      return sum(({ ledger }) => ledger.sent);
    },
    get inFlight() {
      return sum(({ ledger }) => ledger.inFlight);
    },
    get lost() {
      return sum(({ ledger }) => ledger.lost);
    },
  };
}

/** The rehearsal itself, in order. */
async function perform(stage: WorkloadsStage, resolved: ResolvedWorkloads): Promise<void> {
  const { deadline } = stage;
  await start(stage, resolved);
  if (deadline.signal.aborted) return;
  const fronts = stage.stages.filter(({ workload }) => workload.isFront);
  for (const { load } of fronts) await load.prepare(deadline.signal);
  if (deadline.signal.aborted) return;
  for (const { load } of fronts) load.start();
  const senders = stage.stages.flatMap(({ messages }) => messages ?? []);
  await Promise.all(senders.map((messages) => messages.start(deadline.signal)));
  await underLoad(stage, resolved, { fronts, senders });
  const stopped = senders.map((messages) => messages.stop(deadline.signal));
  await Promise.all([
    ...stopped,
    ...fronts.map(async ({ load, timeline }) => {
      await load.stop(deadline.signal);
      timeline.record({ type: 'load-stopped', ...load.pace });
    }),
  ]);
}

async function underLoad(
  stage: WorkloadsStage,
  resolved: ResolvedWorkloads,
  { fronts, senders }: { readonly fronts: readonly WorkloadStage[]; readonly senders: readonly MessageStage[] },
): Promise<void> {
  const { deadline, clock, stages } = stage;
  const { warmUpMs = 0, coolDownMs = 0 } = stages[0]?.scenario.timing ?? {};
  await elapsed(clock, warmUpMs, deadline.signal);
  if (fronts.some(({ ledger }) => isAnsweredNothing(ledger)) || senders.some((messages) => messages.isTakenByNone))
    return deadline.cut('nothing-answered');
  for (const { chaos, scenario, random } of stages) chaos.start(planChaos(scenario, random));
  await roll(stage, resolved);
  await elapsed(clock, coolDownMs, deadline.signal);
  for (const { chaos } of stages) chaos.stop();
}

async function start(stage: WorkloadsStage, { workloads }: ResolvedWorkloads): Promise<void> {
  for (const level of startOrder(workloads)) {
    const opened: WorkloadStage[] = [];
    for (const workload of level) opened.push(await stage.open(workload));
    await Promise.all(opened.map(({ cluster }) => cluster.start(stage.deadline.signal)));
    if (stage.deadline.signal.aborted) return;
  }
}

/** One after the other, each to the end of its last pod; or all at once. */
async function roll(stage: WorkloadsStage, { order, rolled }: ResolvedWorkloads): Promise<void> {
  const { stages, deadline } = stage;
  const rollOne = async (one: WorkloadStage): Promise<void> => {
    const { cluster, scenario } = one;
    if (scenario.act === 'drain') return drain(stage, one);
    await cluster.act(scenario.act, deadline.signal);
    await Promise.race([cluster.settled(), deadline.passed]);
  };
  const inOrder = order.flatMap(({ name }) => stages.filter(({ workload }) => workload.name === name));
  if (rolled === 'together') return void (await Promise.all(inOrder.map(rollOne)));
  for (const one of inOrder) if (!deadline.signal.aborted) await rollOne(one);
}

/** The node of a workload's first pod is drained: what others have there goes as well, and comes back elsewhere. */
async function drain(stage: WorkloadsStage, { cluster }: WorkloadStage): Promise<void> {
  const { deadline, stages } = stage;
  const isThere = ({ isDeleted, isGone }: { isDeleted: boolean; isGone: boolean }): boolean => !isDeleted && !isGone;
  const node = cluster.pods.find((pod) => isThere(pod))?.node ?? 0;
  const touched = stages.filter((one) => one.cluster.pods.some((pod) => pod.node === node && isThere(pod)));
  for (const { timeline } of touched) timeline.record({ type: 'update-started', revision: 1 });
  await stage.drain(node);
  await Promise.all(touched.map((one) => one.cluster.rollback(deadline.signal)));
  await Promise.race([Promise.all(touched.map((one) => one.cluster.settled())), deadline.passed]);
}
