import { isStream, type LostFate, type RequestRecord } from '../ledger/request-record.js';
import { type Latency, type RequestCounts } from './verdict.js';

/** How many requests there were, by fate. */
export function countRequests(records: readonly RequestRecord[]): RequestCounts {
  const of = (fate: RequestRecord['fate']): number => records.filter((record) => record.fate === fate).length;
  const byFate: Record<LostFate, number> = {
    refused: of('refused'),
    reset: of('reset'),
    'server-error': of('server-error'),
    timeout: of('timeout'),
    'black-hole': of('black-hole'),
  };
  return {
    sent: records.length,
    answered: of('answered'),
    toldToGo: of('told-to-go'),
    lost: Object.values(byFate).reduce((sum, number) => sum + number, 0),
    unfinished: of('unfinished'),
    byFate,
    latency: latencyOf(records),
  };
}

/** How long the answers among them took, streams left out. */
export function latencyOf(records: readonly RequestRecord[]): Latency {
  const took = records
    .filter((record) => hasLatency(record))
    .map(({ sentAt, endedAt }) => endedAt - sentAt)
    .toSorted((a, b) => a - b);
  return { p50: percentile(took, 0.5), p99: percentile(took, 0.99), max: took.at(-1) ?? 0 };
}

/** How many of them have a latency. */
export function countLatencies(records: readonly RequestRecord[]): number {
  return records.filter((record) => hasLatency(record)).length;
}

function hasLatency(record: RequestRecord): boolean {
  return record.fate === 'answered' && !isStream(record);
}

/** The value that this share of the sorted values does not exceed; 0 for none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
