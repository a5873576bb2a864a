import { isStream, type RequestRecord } from '../ledger/request-record.js';
import { percentile } from '../verdict/count-requests.js';

/** A value at a time. */
interface Point {
  readonly at: number;
  readonly value: number;
}

/** Answers of one slice of time. */
export interface LatencySlice {
  readonly at: number;
  readonly p50: number;
  readonly p99: number;
}

/** The most requests in flight in each of so many slices of the time up to `end`; long-lived streams are not requests here. */
export function inFlightOverTime(records: readonly RequestRecord[], end: number, slices: number): Point[] {
  const moves = shortLived(records)
    .flatMap(({ sentAt, endedAt }) => [
      { at: sentAt, by: 1 },
      { at: endedAt, by: -1 },
    ])
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  const most = Array.from({ length: slices }, () => 0);
  let now = 0;
  let slice = 0;
  for (const { at, by } of moves) {
    const into = sliceOf(at, end, slices);
    for (; slice < into; slice += 1) most[slice + 1] = Math.max(most[slice + 1] ?? 0, now);
    now += by;
    most[slice] = Math.max(most[slice] ?? 0, now);
  }
  return most.map((value, index) => ({ at: (index / slices) * end, value }));
}

/** Median and 99th percentile of the answers in each slice that has any. */
export function latencyOverTime(records: readonly RequestRecord[], end: number, slices: number): LatencySlice[] {
  const took = Array.from({ length: slices }, (): number[] => []);
  for (const { fate, sentAt, endedAt } of shortLived(records))
    if (fate === 'answered') took[sliceOf(sentAt, end, slices)]?.push(endedAt - sentAt);
  return took.flatMap((times, index) => {
    if (times.length === 0) return [];
    const sorted = times.toSorted((a, b) => a - b);
    return [{ at: ((index + 0.5) / slices) * end, p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) }];
  });
}

/** The slowest answers, the slowest first. */
export function slowest(records: readonly RequestRecord[], count: number): RequestRecord[] {
  return shortLived(records)
    .filter(({ fate }) => fate === 'answered')
    .toSorted((a, b) => b.endedAt - b.sentAt - (a.endedAt - a.sentAt))
    .slice(0, count);
}

function shortLived(records: readonly RequestRecord[]): RequestRecord[] {
  return records.filter((record) => !isStream(record));
}

function sliceOf(at: number, end: number, slices: number): number {
  return Math.min(slices - 1, Math.max(0, Math.floor((at / Math.max(end, 1)) * slices)));
}
