import { type Inquiry } from './inquiry.js';
import { closedAt, type PodFacts, probesAfter } from './pod-facts.js';
import { type StopMarks } from './verdict.js';

/** The marks of a stop; `undefined` for a pod that was not stopped. */
export function stopMarksOf(pod: PodFacts, inquiry: Inquiry): StopMarks | undefined {
  const { signal, exit } = pod;
  if (signal === undefined) return undefined;
  const after = (at: number | undefined): number | undefined =>
    at === undefined || at < signal.at || !Number.isFinite(at) ? undefined : at - signal.at;
  const answers = answersOnOldOf(pod, signal.at, inquiry);
  const asked = probesAfter(pod, 'readiness', signal.at);
  return {
    isReadinessAsked: asked.length > 0,
    readinessRedMs: after(asked.find(({ isSuccess }) => !isSuccess)?.at),
    firstCloseMs: after(earliest(answers.filter(({ hasEnded }) => hasEnded).map(({ at }) => at))),
    answersOnOld: { all: answers.length, ended: answers.filter(({ hasEnded }) => hasEnded).length },
    listenerClosedMs: after(pod.listenerClosedAt ?? (exit === undefined ? undefined : closedAt(pod))),
    lastConnectMs: after(inquiry.lastConnectTo(pod)),
    unroutedMs: after(inquiry.unroutedAt(pod)),
    exitMs: after(exit?.at),
  };
}

/** Where it is known whether an answer ended its connection. */
function answersOnOldOf(
  pod: PodFacts,
  signalAt: number,
  inquiry: Inquiry,
): { readonly at: number; readonly hasEnded: boolean }[] {
  const trips = inquiry.connectionsOf(pod).flatMap(({ openedAt, trips }) => (openedAt < signalAt ? trips : []));
  return trips.flatMap(({ record }) => {
    const at = record.answeredAt ?? record.endedAt;
    if (record.fate !== 'answered' || at < signalAt || record.endsConnection === undefined) return [];
    return [{ at, hasEnded: record.endsConnection }];
  });
}

function earliest(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : times.reduce((first, at) => Math.min(first, at));
}
