import { type Attempt, type LostFate, lostFateOf, type RequestRecord } from '../ledger/request-record.js';
import { type PodFacts } from './pod-facts.js';
import { phaseAt, phasesOf } from './pod-phases.js';
import { type PodPhase } from './verdict.js';

/** A lost request, seen from the pod that had it last. */
export interface Loss {
  readonly record: RequestRecord;
  readonly fate: LostFate;
  /** What happened to it at the pod, whatever a balancer in between answered. */
  readonly manner: LostFate;
  readonly attempt: Attempt | undefined;
  readonly pod: PodFacts | undefined;
  readonly phase: PodPhase | undefined;
  /** When it was lost at the pod, as far as is known. */
  readonly at: number;
  readonly sinceSignalMs: number | undefined;
}

/** The lost requests in the order they were sent. */
export function gatherLosses(
  records: readonly RequestRecord[],
  pods: ReadonlyMap<string, PodFacts>,
  end: number,
): Loss[] {
  const phases = new Map([...pods.values()].map((pod) => [pod.name, phasesOf(pod, end)]));
  return records
    .flatMap((record) => {
      const fate = lostFateOf(record);
      return fate === undefined ? [] : [{ record, fate }];
    })
    .toSorted((a, b) => a.record.sentAt - b.record.sentAt || a.record.id - b.record.id)
    .map(({ record, fate }) => {
      const attempt = record.attempts.at(-1);
      const pod = attempt && pods.get(attempt.pod);
      const manner = mannerOf(fate, attempt);
      const at = momentOf({ record, manner, attempt, pod });
      const phase = pod && phaseAt(phases.get(pod.name) ?? [], at);
      const sinceSignalMs = pod?.signal && at >= pod.signal.at ? at - pod.signal.at : undefined;
      return { record, fate, manner, attempt, pod, phase, at, sinceSignalMs };
    });
}

/** What a balancer itself answered for a pod has its fate already; a 502 of the service's own is an error like any other. */
function mannerOf(fate: LostFate, attempt: Attempt | undefined): LostFate {
  return attempt === undefined || attempt.connect === 'open' ? fate : attempt.connect;
}

/** A client notices a reset a moment after the exit that caused it; a request in the process' hands was lost before that. */
function momentOf({ record, manner, attempt, pod }: Pick<Loss, 'record' | 'manner' | 'attempt' | 'pod'>): number {
  if (attempt === undefined) return record.sentAt;
  if (manner === 'refused' || manner === 'black-hole') return attempt.at;
  const exitAt = pod?.exit?.at ?? Infinity;
  return attempt.at < exitAt && record.endedAt >= exitAt ? exitAt - 0.001 : record.endedAt;
}
