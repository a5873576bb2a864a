import { type RolloutEvent } from '../events/rollout-event.js';
import { type MessageFacts } from '../ledger/message-record.js';
import { type RequestRecord } from '../ledger/request-record.js';
import { type Scenario } from '../scenario/scenario.js';
import { judge } from '../verdict/judge.js';
import { type PlayedWorkload, type Verdict } from '../verdict/verdict.js';
import { type TracedLosses, traceLosses } from './trace-losses.js';

/** What was played of one workload. */
export interface WorkloadFacts {
  readonly name: string;
  readonly scenario: Scenario;
  readonly events: readonly RolloutEvent[];
  readonly notes: readonly string[];
  /** Where it got any. */
  readonly messages?: MessageFacts | undefined;
}

/** One workload, judged. */
export interface JudgedWorkload extends PlayedWorkload {
  /** Without the lost calls that their callers made up for. */
  readonly isClean: boolean;
}

/** All of them, and how their losses hang together. */
export interface JudgedWorkloads {
  readonly workloads: readonly JudgedWorkload[];
  readonly traced: TracedLosses;
}

/**
 * Judges each workload by the load and the calls that came to it. A request that its pods failed because a call of theirs was lost is
 * told where the call was lost; for the workload itself it counts as answered.
 */
export function judgeWorkloads(facts: readonly WorkloadFacts[], records: readonly RequestRecord[]): JudgedWorkloads {
  const traced = traceLosses(records);
  const workloads = facts.map(({ name, ...own }): JudgedWorkload => {
    const came = records.filter(({ workload }) => workload === name).map((record) => withoutTraced(record, traced));
    const verdict = judge({ ...own, records: came });
    return { name, scenario: own.scenario, verdict, isClean: isCleanWithout(verdict, { own, came, traced }) };
  });
  return { workloads, traced };
}

function isCleanWithout(
  verdict: Verdict,
  {
    own,
    came,
    traced,
  }: {
    readonly own: Omit<WorkloadFacts, 'name'>;
    readonly came: readonly RequestRecord[];
    readonly traced: TracedLosses;
  },
): boolean {
  if (!came.some((record) => traced.madeUp.has(record))) return verdict.isClean;
  return judge({ ...own, records: came.map((record) => (traced.madeUp.has(record) ? asAnswered(record) : record)) })
    .isClean;
}

/** Its pod answered as well as it could, or waited for as long as the client did. */
function withoutTraced(record: RequestRecord, { causes }: TracedLosses): RequestRecord {
  if (!causes.has(record)) return record;
  return record.fate === 'server-error' ? asAnswered(record) : { ...record, fate: 'unfinished' };
}

function asAnswered(record: RequestRecord): RequestRecord {
  return { ...record, fate: 'answered' };
}
