import { type RolloutEvent } from '../events/rollout-event.js';
import { type RequestRecord } from '../ledger/request-record.js';
import { networkNotes } from '../rehearsal/other-network.js';
import { type Scenario } from '../scenario/scenario.js';
import { trafficPort } from '../scenario/traffic-port.js';
import { isPassing } from '../verdict/acceptance.js';
import { countRequests } from '../verdict/count-requests.js';
import { ofType } from '../verdict/pod-facts.js';
import { serviceLevelOf } from '../verdict/service-level.js';
import { type CallCounts, type Rehearsal, type Verdict } from '../verdict/verdict.js';
import { callRecords } from './call-records.js';
import { type JudgedWorkload, judgeWorkloads, type WorkloadFacts } from './judge-workloads.js';
import { mergeFaults } from './merge-faults.js';
import { mergeLosses } from './merge-losses.js';
import { type ResolvedWorkload, type ResolvedWorkloads } from './resolve-workloads.js';
import { type WorkloadsStage } from './workloads-stage.js';

/** What several workloads left behind, in one. */
export function summarizeWorkloads(stage: WorkloadsStage, { workloads }: ResolvedWorkloads): Rehearsal {
  const { cutBy } = stage.deadline;
  if (cutBy !== undefined) {
    for (const { timeline } of stage.stages) timeline.record({ type: 'rehearsal-cut', reason: cutBy });
  }
  const { events } = stage.timeline;
  const messages = stage.stages.find((one) => one.messages !== undefined)?.messages?.facts;
  const records = recordsOf(stage);
  const judged = judgeWorkloads(factsOf(stage), records);
  const lost = mergeLosses(judged, records);
  const scenario = frontScenario(stage, workloads);
  const verdict = verdictOf({
    seed: scenario.seed,
    workloads: judged.workloads,
    records,
    events,
    notes: stage.notes,
    lost,
    faults: mergeFaults(judged.workloads, lost, { misses: stage.misses, held: stage.held }),
    cutBy,
  });
  return {
    scenario,
    events,
    records,
    verdict,
    ...(messages !== undefined && { messages }),
    workloads: judged.workloads.map(({ isClean: _own, ...played }) => played),
  };
}

/** The load and the calls, in the order they were sent. */
function recordsOf({ stages, timeline, calls }: WorkloadsStage): RequestRecord[] {
  const pods = new Set(ofType(timeline.events, 'pod-created').map(({ pod }) => pod));
  // A pod that was started to find its probes is none of the rehearsal.
  const played = calls.filter(({ call }) => pods.has(call.caller.pod));
  const load = stages.flatMap(({ ledger, workload }) =>
    ledger.records.map((record) => ({ ...record, workload: workload.name })),
  );
  return [...load, ...callRecords(played, timeline.events)].toSorted((a, b) => a.sentAt - b.sentAt);
}

function factsOf({ stages }: WorkloadsStage): WorkloadFacts[] {
  return stages.map(({ workload, scenario, timeline, cluster, problems, found, messages }) => ({
    name: workload.name,
    scenario,
    events: timeline.events,
    notes: [
      ...[...networkNotes(scenario), ...found].map((note) => `${workload.name}: ${note}`),
      ...cluster.notes,
      ...problems,
      ...(messages?.problems ?? []),
    ],
    messages: messages?.facts,
  }));
}

/** Of the first that clients outside ask. */
function frontScenario({ stages }: WorkloadsStage, workloads: readonly ResolvedWorkload[]): Scenario {
  const front =
    stages.find(({ workload }) => workload.isFront) ?? workloads.find(({ isFront }) => isFront) ?? workloads[0];
  if (front === undefined) throw new Error('there is at least one workload');
  return front.scenario;
}

interface Parts extends Pick<Verdict, 'lost' | 'faults'> {
  readonly seed: number;
  readonly workloads: readonly JudgedWorkload[];
  readonly records: readonly RequestRecord[];
  readonly events: readonly RolloutEvent[];
  readonly notes: readonly string[];
  readonly cutBy: Verdict['cutBy'] | undefined;
}

function verdictOf({ seed, workloads, records, events, notes, lost, faults, cutBy }: Parts): Verdict {
  const load = records.filter(({ caller }) => caller === undefined);
  const verdicts = workloads.map(({ verdict }) => verdict);
  const update =
    verdicts.find((verdict) => verdict.update !== 'complete')?.update ??
    (workloads.length > 0 ? 'complete' : (cutBy ?? 'deadline-passed'));
  const isAllSeen = cutBy === undefined && workloads.length > 0;
  const isFaulty = faults.some(({ severity, workload }) => severity === 'error' && workload === undefined);
  const verdict = {
    isClean: isAllSeen && lost.length === 0 && !isFaulty && workloads.every(({ isClean }) => isClean),
    seed,
    durationMs: Math.max(0, ...verdicts.map(({ durationMs }) => durationMs)),
    update,
    ...(cutBy !== undefined && { cutBy }),
    requests: countRequests(load),
    lost,
    faults,
    duplicates: verdicts.flatMap(({ duplicates }) => duplicates),
    maybeDone: verdicts.flatMap(({ maybeDone }) => maybeDone),
    pods: verdicts.flatMap(({ pods }) => pods),
    unexercised: unexercisedIn(verdicts),
    serviceLevel: serviceLevelOf(events, load),
    smallestReady: smallestOf(workloads),
    calls: callCounts(records),
    ...messagesOf(verdicts),
    notes: [...new Set([...notes, ...verdicts.flatMap((verdict) => verdict.notes)])],
  };
  return { ...verdict, passes: isPassing(verdict) };
}

/** Those of the one that gets any. */
function messagesOf(verdicts: readonly Verdict[]): Pick<Verdict, 'messages'> {
  const messages = verdicts.find((verdict) => verdict.messages !== undefined)?.messages;
  return messages === undefined ? {} : { messages };
}

/** Of those that something is routed to. */
function smallestOf(workloads: readonly JudgedWorkload[]): number {
  const routed = workloads.filter(({ scenario }) => trafficPort(scenario.service.ports) !== undefined);
  return routed.length === 0 ? 0 : Math.min(...routed.map(({ verdict }) => verdict.smallestReady));
}

/** What none of them could show. */
function unexercisedIn(verdicts: readonly Verdict[]): Verdict['unexercised'] {
  const [first, ...others] = verdicts;
  const isIn = (code: string) => (verdict: Verdict) => verdict.unexercised.some((one) => one.code === code);
  return first?.unexercised.filter(({ code }) => others.every(isIn(code))) ?? [];
}

function callCounts(records: readonly RequestRecord[]): CallCounts[] {
  const ways = new Map<string, { from: string; to: string; records: RequestRecord[] }>();
  for (const record of records) {
    const { caller, workload } = record;
    if (caller === undefined || workload === undefined) continue;
    const key = `${caller.workload}/${workload}`;
    const way = ways.get(key) ?? { from: caller.workload, to: workload, records: [] };
    ways.set(key, way);
    way.records.push(record);
  }
  return [...ways.values()].map(({ from, to, records: calls }) => ({ from, to, counts: countRequests(calls) }));
}
