import { KINDS, type Ledger } from './ledger.js';

/** Of each kind: the first ones tell what has happened. */
const LOSSES_SHOWN = 5;

/** The ledger as text: a line for each kind, and the first losses. */
export function ledgerTable(ledger: Ledger): string {
  const width = (text: string | number): string => String(text).padStart(9);
  const counted = Object.entries(ledger.totals).filter(([, { begun, lost }]) => begun + lost > 0);
  const lines = counted.map(
    ([kind, { begun, done, lost }]) => `  ${kind.padEnd(14)}${width(begun)}${width(done)}${width(lost)}`,
  );
  const losses = KINDS.flatMap((kind) => ledger.losses.filter((loss) => loss.kind === kind).slice(0, LOSSES_SHOWN)).map(
    ({ kind, what, at }) => `  ${at} ${kind}: ${what}`,
  );
  const verdict = ledger.isClean ? 'Nothing was lost, and nothing is half.' : 'Not all came to its end:';
  return [
    `  ${'ledger'.padEnd(14)}${width('begun')}${width('done')}${width('lost')}`,
    ...lines,
    verdict,
    ...losses,
  ].join('\n');
}
