import { type Fault, type Verdict } from '../verdict/verdict.js';
import { count } from '../verdict/wording.js';
import { grouped } from './grouped.js';
import { explainedOf, lostOf, messageHeadline, repeatedOf, sentOf } from './message-rows.js';

/** The verdict in one sentence. */
export function headline(verdict: Verdict): string {
  const { requests, messages } = verdict;
  if (messages === undefined) return headlineOfRequests(verdict);
  const told = messageHeadline(messages);
  if (told !== undefined) {
    return `${told}${requests.lost > 0 ? `, and ${grouped(requests.lost)} of ${grouped(requests.sent)} requests` : ''}`;
  }
  if (messages.sent === 0 || requests.lost > 0 || !verdict.isClean) return headlineOfRequests(verdict);
  return `Nothing lost in ${requests.sent > 0 ? `${grouped(requests.sent)} requests and ` : ''}${sentOf(messages)}`;
}

function headlineOfRequests(verdict: Verdict): string {
  const { isClean, requests, cutBy, lost } = verdict;
  const sent = `${grouped(requests.sent)} request${requests.sent === 1 ? '' : 's'}`;
  if (cutBy === 'nothing-answered') return `None of ${sent} was answered, before anything was stopped`;
  if (requests.lost > 0) return `${grouped(requests.lost)} of ${sent} lost${acceptedBy(verdict)}`;
  // Only calls between workloads can be lost beside them.
  if (lost.length > 0) return `${count(lost.length, 'call')} between workloads lost, and none of ${sent}`;
  if (isClean) return requests.sent === 0 ? stopsOf(verdict) : `Nothing lost in ${sent}`;
  return headlineWithoutLoss(verdict);
}

/** Of what takes no requests. */
function stopsOf({ pods }: Verdict): string {
  const stopped = pods.filter(({ stop }) => stop !== undefined).length;
  return `${count(stopped, 'pod')} stopped, and ended in order`;
}

/** Nothing was lost, and still it is not clean. */
function headlineWithoutLoss(verdict: Verdict): string {
  const { update, cutBy, pods, faults } = verdict;
  const killed = pods.filter(({ exit }) => exit?.isForced === true).length;
  if (killed > 0) return `Nothing lost, but ${count(killed, 'pod')} had to be killed${acceptedBy(verdict)}`;
  if (cutBy === 'interrupted') return 'Nothing lost until it was interrupted';
  if (cutBy !== undefined && update === 'complete') return 'Nothing lost until the deadline of the rehearsal';
  if (update !== 'complete') return 'Nothing lost, but the update did not go through';
  return `Nothing lost, but ${count(faults.length, 'fault')} found${acceptedBy(verdict)}`;
}

/** Why a verdict that is not clean passes; nothing where it does not. */
function acceptedBy({ isClean, passes, faults }: Verdict): string {
  if (isClean || !passes) return '';
  const reasons = new Set(faults.map(({ accepted }) => accepted));
  return [
    ...(reasons.has('within-budget') ? [', within the error budget'] : []),
    ...(reasons.has('known') ? [', as the baseline knows'] : []),
  ].join('');
}

/** What a fault cost, and why it is accepted, to stand behind its code. */
export function costOf({ lost, accepted, ...sent }: Pick<Fault, 'lost' | 'messages' | 'noun' | 'accepted'>): string {
  const why = { 'within-budget': ', within the error budget', known: ', known' } as const;
  return `${lost > 0 ? `, ${lost} lost` : ''}${explainedOf(sent)}${accepted === undefined ? '' : why[accepted]}`;
}

/** How a verdict went in one word. */
export function outcomeOf({ isClean, passes }: Verdict): 'clean' | 'accepted' | 'failed' {
  if (isClean) return 'clean';
  return passes ? 'accepted' : 'failed';
}

/** A figure of a verdict with its name. */
export interface Figure {
  readonly name: string;
  readonly value: string;
  /** Whether it is something to worry about. */
  readonly isBad: boolean;
}

/** An update that makes answers so many times slower, and by so much more, is to be seen. */
const SLOWER = 2;
const WORTH_MS = 250;

/** What one wants to see at a glance; the same rows for every verdict. */
export function figures(verdict: Verdict): Figure[] {
  const all = allFigures(verdict);
  const isWithoutRequests = verdict.messages !== undefined && verdict.requests.sent === 0;
  return isWithoutRequests ? all.filter(({ name }) => !OF_REQUESTS.has(name)) : all;
}

/** What says nothing of a service that only consumes. */
const OF_REQUESTS: ReadonlySet<string> = new Set([
  'Requests lost',
  'Smallest ready',
  'Latency p50 / p99',
  'p99 in the update',
  'Lost in the update',
  'Done, not answered',
  'Maybe executed twice',
]);

function allFigures(verdict: Verdict): Figure[] {
  const { requests, pods, smallestReady, durationMs, update } = verdict;
  const ended = pods.flatMap(({ exit, stop }) => (exit === undefined ? [] : [{ exit, stop }]));
  const killed = ended.filter(({ exit }) => exit.isForced).length;
  const otherwise = ended.filter(({ exit, stop }) => stop === undefined && exit.signal === 'SIGKILL' && !exit.isForced);
  const stops = pods.flatMap(({ stop }) => (stop === undefined ? [] : [stop]));
  const slow = stops.toSorted((a, b) => b.tookMs - a.tookMs)[0];
  const cut = pods.reduce((sum, { inFlightAtExit }) => sum + inFlightAtExit, 0);
  return [
    ...messageFigures(verdict),
    {
      name: 'Requests lost',
      value: `${grouped(requests.lost)} of ${grouped(requests.sent)}`,
      isBad: requests.lost > 0,
    },
    {
      name: 'Pods killed',
      value: `${killed} of ${ended.length}${otherwise.length > 0 ? `, ${otherwise.length} otherwise` : ''}`,
      isBad: killed > 0,
    },
    { name: 'In flight at exit', value: grouped(cut), isBad: cut > 0 },
    { name: 'Smallest ready', value: String(smallestReady), isBad: smallestReady === 0 },
    {
      name: 'Slowest stop',
      value: slow === undefined ? '–' : `${seconds(slow.tookMs)} of ${seconds(slow.budgetMs)}`,
      isBad: slow !== undefined && slow.tookMs > slow.budgetMs * 0.8,
    },
    ...latencyFigures(verdict),
    ...doubtFigures(verdict),
    { name: 'Update', value: `${update.replaceAll('-', ' ')}, ${seconds(durationMs)}`, isBad: update !== 'complete' },
  ];
}

function messageFigures({ messages }: Verdict): Figure[] {
  if (messages === undefined) return [];
  const name = messages.noun === 'job' ? 'Jobs' : 'Messages';
  const lost = lostOf(messages);
  const repeated = repeatedOf(messages);
  return [
    { name: `${name} lost`, value: `${grouped(lost)} of ${grouped(messages.sent)}`, isBad: lost > 0 },
    { name: `${name} done again`, value: grouped(repeated), isBad: repeated > 0 },
    { name: `${name} left`, value: grouped(messages.byFate.left), isBad: false },
  ];
}

function latencyFigures({ requests, serviceLevel }: Verdict): Figure[] {
  const { before, during } = serviceLevel;
  const p99 = during.latency.p99;
  return [
    {
      name: 'Latency p50 / p99',
      value: `${seconds(requests.latency.p50)} / ${seconds(requests.latency.p99)}`,
      isBad: false,
    },
    {
      name: 'p99 in the update',
      value: `${seconds(p99)}, ${seconds(before.latency.p99)} before`,
      isBad: p99 > SLOWER * before.latency.p99 + WORTH_MS,
    },
    {
      name: 'Lost in the update',
      value: `${grouped(during.lost)} of ${grouped(during.sent)}, ${grouped(before.lost)} of ${grouped(before.sent)} before`,
      isBad: during.lost > 0,
    },
  ];
}

function doubtFigures({ maybeDone, duplicates }: Verdict): Figure[] {
  return [
    { name: 'Done, not answered', value: maybeDoneOf(maybeDone), isBad: maybeDone.length > 0 },
    { name: 'Maybe executed twice', value: grouped(duplicates.length), isBad: duplicates.length > 0 },
  ];
}

/** Nothing but the service can tell which of them it has done. */
function maybeDoneOf(maybeDone: Verdict['maybeDone']): string {
  return maybeDone.length === 0 ? '0' : `up to ${grouped(maybeDone.length)}: a client that tries again repeats them`;
}

export { grouped } from './grouped.js';

/** `340 ms`, `1.2 s`, `34 s`. */
export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`;
}
