import { IDEMPOTENT_METHODS } from 'nestjs-lifecycle-shared';
import { type RequestRecord } from '../ledger/request-record.js';
import { isPassing } from './acceptance.js';
import { countRequests } from './count-requests.js';
import { findFaults } from './find-faults.js';
import { type Facts, type Inquiry, inquire } from './inquiry.js';
import { loadNotes } from './load-notes.js';
import { machineNotes } from './machine-notes.js';
import { judgeMessages, messageNotes } from './messages/judge-messages.js';
import { type PodFacts } from './pod-facts.js';
import { phasesOf, servicePhasesOf } from './pod-phases.js';
import { smallestReady } from './smallest-ready.js';
import { inFlightAtExit } from './stop-kind.js';
import { stopMarksOf } from './stop-marks.js';
import { type LostRequest, type PodSummary, type Verdict } from './verdict.js';
import { unexercisedBy } from './unexercised.js';
import { cutOf, updateEndOf } from './update-end.js';
import { count, time } from './wording.js';

/** What the facts of a rehearsal say. The same facts always give the same verdict. */
export function judge({ notes, ...facts }: Facts & { readonly notes: readonly string[] }): Verdict {
  const inquiry = inquire(facts);
  const { faults, causes, messageCauses } = findFaults(inquiry);
  const messages = judgeMessages(inquiry, messageCauses);
  const lost = inquiry.losses.map((loss): LostRequest => {
    const { record, fate, pod, phase, sinceSignalMs } = loss;
    return { record, fate, pod: pod?.name, phase, sinceSignalMs, cause: causes.get(loss) ?? 'unexplained' };
  });
  const pods = inquiry.pods.map((pod) => summarize(pod, inquiry));
  const update = updateEndOf(facts.events, facts.scenario.act);
  const cutBy = cutOf(facts.events);
  // A pod that had not even started loses nothing by it, and a warning says so.
  const isForced = inquiry.pods.some((pod) => pod.exit?.isKilledByKubelet === true && !isStillStarting(pod, inquiry));
  const verdict = {
    isClean:
      update === 'complete' &&
      cutBy === undefined &&
      lost.length === 0 &&
      !isForced &&
      faults.every((it) => it.severity === 'warning'),
    seed: facts.scenario.seed,
    durationMs: inquiry.end,
    update,
    ...(cutBy !== undefined && { cutBy }),
    requests: countRequests(facts.records),
    lost,
    faults,
    unexercised: unexercisedBy(inquiry, faults),
    duplicates: facts.records.filter((record) => isDuplicate(record)),
    maybeDone: lost.flatMap(({ record, fate }) => (isMaybeDone(record, fate) ? [record] : [])),
    pods,
    ...(messages !== undefined && { messages }),
    serviceLevel: inquiry.serviceLevel,
    smallestReady: smallestReady(facts.events).count,
    notes: [...cutNote(inquiry, cutBy), ...notes, ...seenNotes(inquiry)],
  };
  return { ...verdict, passes: isPassing(verdict) };
}

/** What the facts themselves say beside the faults. */
function seenNotes(inquiry: Inquiry): string[] {
  return [...loadNotes(inquiry), ...messageNotes(inquiry), ...machineNotes(inquiry)];
}

function isStillStarting(pod: PodFacts, inquiry: Inquiry): boolean {
  return inquiry.stopOf(pod) === 'still-starting';
}

function summarize(pod: PodFacts, inquiry: Inquiry): PodSummary {
  const { exit } = pod;
  const { work, end } = inquiry;
  return {
    name: pod.name,
    revision: pod.revision,
    phases: phasesOf(pod, end),
    servicePhases: servicePhasesOf(pod, end),
    readyAfterMs: pod.readyAt === undefined ? undefined : pod.readyAt - pod.createdAt,
    stop: stopOf(pod),
    exit: exit && { code: exit.code, signal: exit.signal, isForced: exit.isKilledByKubelet },
    marks: stopMarksOf(pod, inquiry),
    idleTimeoutMs: pod.idleTimeoutMs,
    inFlightAtExit: inFlightAtExit(pod, work).length,
  };
}

function stopOf({ signal, exit, preStop }: PodFacts): PodSummary['stop'] {
  if (signal === undefined || exit === undefined || exit.at < signal.at) return undefined;
  const preStopMs = preStop === undefined ? 0 : (preStop.endedAt ?? signal.at) - preStop.startedAt;
  return { tookMs: exit.at - signal.at, budgetMs: signal.remainingMs, preStopMs };
}

/** An error is an answer: the client knows what became of it. */
function isMaybeDone({ method, attempts }: RequestRecord, fate: LostRequest['fate']): boolean {
  const isUnanswered = fate === 'reset' || fate === 'timeout';
  return isUnanswered && !isRepeatable(method) && attempts.some(({ wasDelivered }) => wasDelivered);
}

function isRepeatable(method: string): boolean {
  return IDEMPOTENT_METHODS.has(method.toUpperCase());
}

function isDuplicate({ method, attempts }: RequestRecord): boolean {
  return !isRepeatable(method) && attempts.filter(({ wasDelivered }) => wasDelivered).length > 1;
}

function cutNote({ pods, end, scenario }: Inquiry, cutBy: Verdict['cutBy']): string[] {
  if (cutBy === undefined) return [];
  const leaving = pods.filter(({ deletedAt, exit }) => deletedAt !== undefined && exit === undefined).length;
  if (cutBy === 'nothing-answered') {
    return [
      'Nothing of the load was answered before the update, so the update was not played: it would have shown nothing.',
    ];
  }
  const unseen = leaving === 0 ? 'what was still to come' : `the end of ${count(leaving, 'pod')}`;
  return cutBy === 'interrupted'
    ? [`Interrupted after ${time(end)}: ${unseen} was not seen.`]
    : [`Cut by its own deadline of ${time(scenario.timing.deadlineMs)}: ${unseen} was not seen. Allow a longer one.`];
}
