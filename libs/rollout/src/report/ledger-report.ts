import { lostFateOf } from '../ledger/request-record.js';
import { podsAtTimes } from '../verdict/pods-at.js';
import { messageLines } from './message-rows.js';
import { type Rehearsal } from '../verdict/verdict.js';

/**
 * Every request in a line of JSON, in the order they were sent, with its fate and every time it was handed to a pod; what is not
 * known is `null`. A lost one has its connection as its client knew it, and what each pod was doing when it was lost. Messages and jobs
 * follow, each with its deliveries. Those of the run it is compared with follow, and say `"run":"against"`.
 */
export function ledgerReport(run: Rehearsal, against?: Rehearsal): string {
  return [...linesOf(run, 'rehearsed'), ...(against === undefined ? [] : linesOf(against, 'against'))].join('');
}

function linesOf(rehearsal: Rehearsal, run: 'rehearsed' | 'against'): string[] {
  const { records, events } = rehearsal;
  const podsAt = podsAtTimes(events);
  const requests = records.map((record) => {
    return `${JSON.stringify({ run, ...record, ...(lostFateOf(record) !== undefined && { pods: podsAt(record.endedAt) }) }, (_key, value: unknown) => (value === undefined ? null : value))}\n`;
  });
  return [...requests, ...messageLines(rehearsal, run)];
}
