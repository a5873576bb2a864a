import { type LostFate, lostFateOf, type RequestRecord } from '../../ledger/request-record.js';
import { type Facts } from '../../verdict/inquiry.js';
import { gatherPods, ofType, type PodFacts } from '../../verdict/pod-facts.js';
import { readyOverTime } from '../../verdict/smallest-ready.js';

/** A request that was lost, beside what pods did at that time. No request is tied to a pod: the Service chose one, and does not say which. */
export interface ClusterLoss {
  readonly record: RequestRecord;
  readonly fate: LostFate;
  /** When it was lost, as its client saw it. */
  readonly at: number;
  /** Pods that were being stopped then, or had just ended. */
  readonly stopping: readonly PodFacts[];
  /** Pods that had ended or restarted by themselves shortly before. */
  readonly crashed: readonly PodFacts[];
  /** Pods that had become ready shortly before. */
  readonly fresh: readonly PodFacts[];
  /** How many endpoints were ready. */
  readonly ready: number;
}

/** What the rules of a real cluster look at. */
export interface ClusterInquiry extends Facts {
  readonly pods: readonly PodFacts[];
  readonly losses: readonly ClusterLoss[];
  readonly end: number;
  /** When the change was made; `Infinity` where it was not. */
  readonly changedAt: number;
}

/** The API tells of an end up to a second later, and routers learn of it later still: most were within these. */
const AFTER_END_MS = 5000;
/** A client may see an end before the API tells it. */
const BEFORE_END_MS = 1500;
const FRESH_MS = 2000;

/** Gathers the facts. */
export function inquireCluster(facts: Facts): ClusterInquiry {
  const pods = gatherPods(facts.events);
  const last = facts.events.at(-1)?.at ?? 0;
  const end = facts.records.reduce((latest, { endedAt }) => Math.max(latest, endedAt), last);
  const steps = readyOverTime(facts.events);
  const losses = facts.records.flatMap((record): ClusterLoss[] => {
    const fate = lostFateOf(record);
    if (fate === undefined) return [];
    const at = record.endedAt;
    return [
      {
        record,
        fate,
        at,
        stopping: pods.filter((pod) => isStoppingAt(pod, record)),
        crashed: pods.filter((pod) => hasCrashedBefore(pod, record)),
        fresh: pods.filter(({ readyAt }) => readyAt !== undefined && readyAt <= at && at - readyAt <= FRESH_MS),
        ready: steps.findLast((step) => step.at <= at)?.count ?? 0,
      },
    ];
  });
  const changedAt = ofType(facts.events, 'update-started').at(0)?.at ?? Infinity;
  return { ...facts, pods, losses, end, changedAt };
}

/** Whether it was leaving at any time between the sending of a request and its loss. */
function isStoppingAt({ deletedAt, exit }: PodFacts, { sentAt, endedAt }: RequestRecord): boolean {
  if (deletedAt === undefined || deletedAt - BEFORE_END_MS > endedAt) return false;
  return sentAt <= (exit?.at ?? Infinity) + AFTER_END_MS;
}

function hasCrashedBefore({ crashes }: PodFacts, { sentAt, endedAt }: RequestRecord): boolean {
  return crashes.some(({ at }) => at - BEFORE_END_MS <= endedAt && sentAt <= at + AFTER_END_MS);
}

/** Pods of several losses, each once. */
export function podsOf(losses: readonly ClusterLoss[], of: (loss: ClusterLoss) => readonly PodFacts[]): PodFacts[] {
  return [...new Set(losses.flatMap((loss) => of(loss)))];
}

/** What the cluster told of a pod with that reason. */
export function toldOf(pod: PodFacts, reason: RegExp): string[] {
  return ofType(pod.events, 'cluster-told').flatMap((told) => (reason.test(told.reason) ? [told.message] : []));
}
