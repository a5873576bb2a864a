import { type Rehearsal } from '../verdict/verdict.js';

/**
 * Every request in a line of JSON, in the order they were sent, with its fate and every time it was handed to a pod; what is not
 * known is `null`. Those of the run it is compared with follow, and say `"run":"against"`.
 */
export function ledgerReport(run: Rehearsal, against?: Rehearsal): string {
  return [...linesOf(run, 'rehearsed'), ...(against === undefined ? [] : linesOf(against, 'against'))].join('');
}

function linesOf({ records }: Rehearsal, run: 'rehearsed' | 'against'): string[] {
  return records.map((record) => {
    return `${JSON.stringify({ run, ...record }, (_key, value: unknown) => (value === undefined ? null : value))}\n`;
  });
}
