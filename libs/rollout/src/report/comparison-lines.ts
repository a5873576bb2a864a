import { type Rehearsal } from '../verdict/verdict.js';
import { playedOf } from './workload-rows.js';

/** A fault of either of two runs, and what it is in each: `3 lost`, `warning`, or a dash. */
export interface ComparedFault {
  readonly code: string;
  readonly here: string;
  readonly there: string;
}

/** The faults of both, each once. */
export function comparedFaults(run: Rehearsal, against: Rehearsal): ComparedFault[] {
  const codes = [...new Set([run, against].flatMap(({ verdict }) => verdict.faults.map(({ code }) => code)))];
  return codes.map((code) => ({ code, here: shareOf(run, code), there: shareOf(against, code) }));
}

function shareOf({ verdict }: Rehearsal, code: string): string {
  const fault = verdict.faults.find((candidate) => candidate.code === code);
  if (fault === undefined) return '–';
  return fault.lost > 0 ? `${fault.lost} lost` : fault.severity;
}

/** What ran: the name of a column. */
export function nameOf(run: Rehearsal): string {
  return run.name ?? playedOf(run);
}
