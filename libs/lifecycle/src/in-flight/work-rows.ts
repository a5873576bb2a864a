import { toItem, type Work } from './work.js';

/** How many pieces of work are named for one picture; the oldest. */
const MOST_NAMED = 1000;

/** Work of the same kind and name. */
export interface WorkRow {
  readonly kind: string;
  readonly name: string;
  readonly count: number;
  readonly oldestMs: number;
}

/**
 * Work by kind and name, without ids of requests, what has run longest first. Of more than a thousand pieces the oldest are named.
 *
 * @param works the oldest first
 * @param how the monotonic time, and what makes a name fit to be shown
 */
export function workRows(
  works: readonly Work[],
  { now, shown }: { readonly now: number; readonly shown: (name: string) => string },
): WorkRow[] {
  const rows = new Map<string, { kind: string; name: string; count: number; oldestMs: number }>();
  for (const work of works.slice(0, MOST_NAMED)) {
    const { kind, name, ageMs } = toItem(work, now);
    const key = `${kind} ${name}`;
    const row = rows.get(key) ?? { kind: shown(kind), name: shown(name), count: 0, oldestMs: 0 };
    row.count += 1;
    row.oldestMs = Math.max(row.oldestMs, ageMs);
    rows.set(key, row);
  }
  return [...rows.values()].toSorted((a, b) => b.oldestMs - a.oldestMs);
}
