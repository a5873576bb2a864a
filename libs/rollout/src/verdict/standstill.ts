import { type RequestRecord } from '../ledger/request-record.js';
import { type Inquiry } from './inquiry.js';
import { oncePer } from './once-per.js';
import { type PodFacts } from './pod-facts.js';

/** A time in which a pod answered nothing although it had requests. */
export interface Standstill {
  readonly from: number;
  readonly to: number;
  /** How many requests waited for its end. */
  readonly waiting: number;
}

/** Shorter ones are a busy machine, or a garbage collection. */
const SHORTEST_MS = 1000;

/** How much longer than twice the usual time is no chance. */
const BEYOND_USUAL_MS = 250;

/** So many requests have to wait: a single one may be slow by itself. */
const FEWEST_WAITING = 2;

/**
 * The longest time after SIGTERM in which a pod answered nothing, and in which requests waited that are usually answered much sooner;
 * `undefined` where there was none. A server whose event loop is blocked answers nothing, however quick the request.
 */
export function standstillOf(pod: PodFacts, inquiry: Inquiry): Standstill | undefined {
  return standstills(inquiry).get(pod);
}

const standstills = oncePer(
  (inquiry: Inquiry) => new Map(inquiry.pods.map((pod) => [pod, longestOf(pod, inquiry)] as const)),
);

function longestOf(pod: PodFacts, inquiry: Inquiry): Standstill | undefined {
  const { signal } = pod;
  if (signal === undefined) return undefined;
  const until = Math.min(pod.listenerClosedAt ?? Infinity, pod.exit?.at ?? Infinity, inquiry.end);
  const handed = inquiry.records.filter((record) => isHandedTo(record, pod.name));
  const answers = handed
    .flatMap(({ answeredAt, fate, endedAt }) => answeredAt ?? (fate === 'answered' ? endedAt : []))
    .filter((at) => at > signal.at && at < until)
    .toSorted((a, b) => a - b);
  const marks = [signal.at, ...answers, until];
  const gaps = marks.slice(1).map((to, index) => ({ from: marks[index] ?? signal.at, to }));
  return gaps
    .filter(({ from, to }) => to - from >= SHORTEST_MS)
    .map(({ from, to }) => {
      const waiting = handed.filter((record) => waitsThrough(record, { from, to }, inquiry)).length;
      return { from, to, waiting };
    })
    .filter(({ waiting }) => waiting >= FEWEST_WAITING)
    .toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
}

function isHandedTo({ attempts }: RequestRecord, pod: string): boolean {
  const last = attempts.at(-1);
  return last?.pod === pod && last.connect === 'open';
}

/** It waited for much longer than its kind usually takes, and had no answer before the time was over. */
function waitsThrough(record: RequestRecord, { from, to }: { from: number; to: number }, inquiry: Inquiry): boolean {
  const usual = inquiry.usualMs(record.kind);
  const at = Math.max(from, record.attempts.at(-1)?.at ?? record.sentAt);
  const waitedMs = Math.min(to, record.answeredAt ?? record.endedAt) - at;
  const isUnanswered = record.answeredAt === undefined || record.answeredAt >= to;
  return usual !== undefined && isUnanswered && waitedMs > 2 * usual + BEYOND_USUAL_MS;
}
