import { type Fault, type LostRequest, type Rehearsal } from '../verdict/verdict.js';
import { time } from '../verdict/wording.js';
import { grouped } from './headline.js';

/** One of several workloads in a row of a table. */
export interface WorkloadRow {
  readonly name: string;
  /** What was done to it, and how that ended. */
  readonly act: string;
  /** Of the load, where clients outside asked it. */
  readonly requests: string;
  /** The codes of its faults. */
  readonly faults: string;
}

/** The calls of one workload to another in a row of a table. */
export interface CallRow {
  readonly way: string;
  readonly lost: string;
  readonly p99: string;
  readonly isBad: boolean;
}

/** A row for each of several workloads, in the order they are written; none where only one was played. */
export function workloadRows({ workloads = [], records, verdict }: Rehearsal): WorkloadRow[] {
  return workloads.map(({ name, scenario, verdict: { update } }) => {
    const load = records.filter(({ workload, caller }) => workload === name && caller === undefined);
    const lost = verdict.lost.filter(({ record }) => record.workload === name && record.caller === undefined);
    return {
      name,
      act: scenario.act === 'none' ? 'left as it is' : `${scenario.act} ${update.replaceAll('-', ' ')}`,
      requests: load.length === 0 ? '–' : `${grouped(lost.length)} of ${grouped(load.length)} requests lost`,
      faults:
        verdict.faults.flatMap(({ workload, code }) => (workload === name ? [code] : [])).join(', ') || 'no faults',
    };
  });
}

/** A row for each way that calls took. */
export function callRows({ verdict: { calls = [] } }: Rehearsal): CallRow[] {
  return calls.map(({ from, to, counts }) => ({
    way: `${from} → ${to}`,
    lost: `${grouped(counts.lost)} of ${grouped(counts.sent)} calls lost`,
    p99: time(counts.latency.p99),
    isBad: counts.lost > 0,
  }));
}

/** With the workload whose fault it is. */
export function titleOf({ workload, title }: Fault): string {
  return workload === undefined ? title : `${workload}: ${title}`;
}

/** The code, with the workload whose fault it is. */
export function causeOf({ workload, cause }: LostRequest): string {
  return workload === undefined ? cause : `${workload}/${cause}`;
}

/** The call that was lost first, in words; `undefined` where the request itself was. */
export function throughOf({ through }: LostRequest): string | undefined {
  if (through === undefined) return undefined;
  const since = through.sinceSignalMs === undefined ? '' : ` ${time(through.sinceSignalMs)} after SIGTERM`;
  return `call to ${through.pod ?? through.record.workload}: ${through.fate}${since}`;
}

/** What was played: a command, or the names of several workloads. */
export function playedOf({ scenario, workloads }: Rehearsal): string {
  return workloads?.map(({ name }) => name).join(', ') ?? scenario.service.command.join(' ');
}
