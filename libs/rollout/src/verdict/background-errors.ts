import { type RequestRecord } from '../ledger/request-record.js';
import { type Inquiry } from './inquiry.js';
import { type Loss } from './loss.js';
import { oncePer } from './once-per.js';

/** Errors that would be so many by chance less often than this come of the start or the stop of their pods. */
const UNLIKELY = 0.01;

const ANSWERS: ReadonlySet<RequestRecord['fate']> = new Set(['answered', 'server-error']);

/** What a pod was doing when it answered: it had not answered well yet, it served, or it had been sent its SIGTERM. */
type Time = 'starting' | 'serving' | 'stopping';

/** How many requests of one kind were answered in each of these times, by status where they failed. */
interface Tally {
  readonly asked: Record<Time, number>;
  readonly failed: Map<number | undefined, Record<Time, number>>;
}

/**
 * Whether an error of a pod that was starting or stopping is one of those that the service gives anyway: pods that served failed the same
 * kind with the same status, and these did so no more often than chance allows.
 */
export function isBackground(loss: Loss, inquiry: Inquiry): boolean {
  if (loss.manner !== 'server-error') return false;
  const when = timeOf(loss.record, inquiry);
  if (when === undefined || when === 'serving') return false;
  const { asked, failed } = tallies(inquiry).get(loss.record.kind) ?? emptyTally();
  const counts = failed.get(loss.record.status) ?? noTimes();
  if (counts.serving === 0) return false;
  return chanceOfAtLeast(counts[when], asked[when], counts.serving / asked.serving) > UNLIKELY;
}

const tallies = oncePer((inquiry: Inquiry): ReadonlyMap<string, Tally> => {
  const byKind = new Map<string, Tally>();
  for (const record of inquiry.records) {
    const when = timeOf(record, inquiry);
    if (when === undefined) continue;
    const { asked, failed } = byKind.get(record.kind) ?? emptyTally();
    byKind.set(record.kind, { asked, failed });
    asked[when] += 1;
    if (record.fate !== 'server-error') continue;
    const counts = failed.get(record.status) ?? noTimes();
    failed.set(record.status, counts);
    counts[when] += 1;
  }
  return byKind;
});

/** `undefined` for what no pod answered. */
function timeOf({ fate, attempts, endedAt }: RequestRecord, inquiry: Inquiry): Time | undefined {
  const attempt = attempts.at(-1);
  const pod = attempt?.connect === 'open' ? inquiry.podNamed(attempt.pod) : undefined;
  if (pod === undefined || !ANSWERS.has(fate)) return undefined;
  if (endedAt >= (pod.signal?.at ?? Infinity)) return 'stopping';
  return endedAt < (inquiry.firstAnswerOf(pod) ?? Infinity) ? 'starting' : 'serving';
}

function emptyTally(): Tally {
  return { asked: noTimes(), failed: new Map() };
}

function noTimes(): Record<Time, number> {
  return { starting: 0, serving: 0, stopping: 0 };
}

/** How likely so many or more of `asked` fail where each does with that chance: the upper tail of the binomial distribution. */
function chanceOfAtLeast(failed: number, asked: number, chance: number): number {
  if (chance >= 1) return 1;
  let term = (1 - chance) ** asked;
  let below = 0;
  for (let many = 0; many < failed; many += 1) {
    below += term;
    term *= ((asked - many) / (many + 1)) * (chance / (1 - chance));
  }
  return 1 - below;
}
