import { IDEMPOTENT_METHODS } from 'nestjs-lifecycle-shared';
import { countRequests } from '../../verdict/count-requests.js';
import { serviceLevelOf } from '../../verdict/service-level.js';
import { gravestFirst } from '../../verdict/gravest-first.js';
import { type Facts } from '../../verdict/inquiry.js';
import { type PodFacts } from '../../verdict/pod-facts.js';
import { phasesOf, servicePhasesOf } from '../../verdict/pod-phases.js';
import { machineNotes } from '../../verdict/machine-notes.js';
import { smallestReady } from '../../verdict/smallest-ready.js';
import { cutOf, updateEndOf } from '../../verdict/update-end.js';
import { type Fault, type LostRequest, type PodSummary, type Verdict } from '../../verdict/verdict.js';
import { time } from '../../verdict/wording.js';
import { type ClusterInquiry, type ClusterLoss, inquireCluster } from './cluster-inquiry.js';
import { type ClusterRule } from './cluster-rule.js';
import { crashed, endNotSeen, failedExit, killedAtTheEnd, outOfMemory, slowExit } from './ends-of-pods.js';
import { closedEarly, cutsInFlight, errorsWhileStopping, noConnectionClose } from './losses-at-stops.js';
import { errorAnswer, neverAnswered, noneReady, notReadyWhenRouted, unexplained } from './losses-otherwise.js';
import { crashesAtStart, imageNotPulled, notScheduled, progressDeadline, readinessFails } from './rollout-faults.js';

/** In the order in which things happen, as on this machine: what never worked, what ended by itself, what follows from that. */
export const CLUSTER_RULES: readonly ClusterRule[] = [
  neverAnswered,
  outOfMemory,
  crashed,
  killedAtTheEnd,
  noneReady,
  errorsWhileStopping,
  cutsInFlight,
  noConnectionClose,
  closedEarly,
  notReadyWhenRouted,
  errorAnswer,
  imageNotPulled,
  notScheduled,
  crashesAtStart,
  readinessFails,
  progressDeadline,
  failedExit,
  endNotSeen,
  slowExit,
  unexplained,
];

/** What a rehearsal on a real cluster came to. The same facts always give the same verdict. */
export function judgeCluster({ notes, ...facts }: Facts & { readonly notes: readonly string[] }): Verdict {
  const inquiry = inquireCluster(facts);
  const { faults, causes } = findFaults(inquiry);
  const lost = inquiry.losses.map((loss) => lostOf(loss, causes.get(loss) ?? 'unexplained'));
  const update = updateEndOf(facts.events, facts.scenario.act);
  const cutBy = cutOf(facts.events);
  const isWhole = update === 'complete' && cutBy === undefined;
  const isClean = isWhole && lost.length === 0 && faults.every(({ severity }) => severity === 'warning');
  return {
    isClean,
    // No finding of a cluster can be accepted.
    passes: isClean,
    seed: facts.scenario.seed,
    durationMs: inquiry.end,
    update,
    ...(cutBy !== undefined && { cutBy }),
    requests: countRequests(facts.records),
    lost,
    faults,
    // Which pods a request was handed to is not known, so neither is whether one was handed out twice.
    duplicates: [],
    maybeDone: lost.flatMap(({ record, fate }) => (fate === 'reset' || fate === 'timeout' ? unsafe(record) : [])),
    pods: inquiry.pods.map((pod) => summaryOf(pod, inquiry)),
    serviceLevel: serviceLevelOf(facts.events, facts.records),
    unexercised: [],
    smallestReady: smallestReady(facts.events).count,
    notes: [...cutNotes(cutBy, inquiry.end), ...notes, ...machineNotes(facts)],
  };
}

function findFaults(inquiry: ClusterInquiry): {
  readonly faults: readonly Fault[];
  readonly causes: ReadonlyMap<ClusterLoss, string>;
} {
  const causes = new Map<ClusterLoss, string>();
  for (const loss of inquiry.losses) {
    const rule = CLUSTER_RULES.find((candidate) => candidate.explains(loss, inquiry));
    if (rule !== undefined) causes.set(loss, rule.code);
  }
  const faults = CLUSTER_RULES.flatMap((rule): Fault[] => {
    const losses = inquiry.losses.filter((loss) => causes.get(loss) === rule.code);
    const seen = rule.describe(losses, inquiry);
    return seen === undefined
      ? []
      : [{ code: rule.code, ...seen, pods: seen.pods.map(({ name }) => name), lost: losses.length }];
  });
  return { faults: faults.toSorted(gravestFirst), causes };
}

/** Where one pod alone was stopping it is named; that the request had gone there is likely, and not known. */
function lostOf({ record, fate, stopping, at }: ClusterLoss, cause: string): LostRequest {
  const [only, ...others] = stopping;
  const pod = others.length === 0 ? only : undefined;
  const signalAt = pod?.signal?.at;
  return {
    record,
    fate,
    pod: undefined,
    phase: undefined,
    sinceSignalMs: signalAt === undefined || at < signalAt ? undefined : at - signalAt,
    cause,
  };
}

function unsafe(record: LostRequest['record']): LostRequest['record'][] {
  return IDEMPOTENT_METHODS.has(record.method.toUpperCase()) ? [] : [record];
}

function summaryOf(pod: PodFacts, inquiry: ClusterInquiry): PodSummary {
  const { name, revision, exit, readyAt, createdAt } = pod;
  return {
    name,
    revision,
    phases: phasesOf(pod, inquiry.end),
    servicePhases: servicePhasesOf(pod, inquiry.end),
    readyAfterMs: readyAt === undefined ? undefined : readyAt - createdAt,
    stop: stopOf(pod, inquiry.scenario.pod.gracePeriodMs),
    exit: exit && { code: exit.code, signal: exit.signal, isForced: exit.isKilledByKubelet },
    marks: undefined,
    idleTimeoutMs: undefined,
    inFlightAtExit: 0,
  };
}

/** From the moment at which the kubelet began it, with its preStop hook. */
function stopOf({ exit, deletedAt, preStop, signal }: PodFacts, budgetMs: number): PodSummary['stop'] {
  const toldAt = preStop?.startedAt ?? signal?.at ?? deletedAt;
  if (exit === undefined || toldAt === undefined || exit.at < toldAt) return undefined;
  const preStopMs = preStop?.endedAt === undefined ? 0 : preStop.endedAt - preStop.startedAt;
  return { tookMs: exit.at - toldAt, budgetMs, preStopMs };
}

function cutNotes(cutBy: Verdict['cutBy'], end: number): string[] {
  switch (cutBy) {
    case undefined:
      return [];
    case 'nothing-answered':
      return ['Nothing of the load was answered, so nothing was changed on the cluster.'];
    case 'interrupted':
      return [`Interrupted after ${time(end)}: what was still to come was not seen.`];
    case 'deadline-passed':
      return [
        `Cut by its own deadline after ${time(end)}: what was still to come was not seen. Allow a longer one with --deadline.`,
      ];
  }
}
