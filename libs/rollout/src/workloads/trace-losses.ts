import { lostFateOf, type RequestRecord } from '../ledger/request-record.js';

/** What became of the requests behind lost calls, and of the calls behind lost requests. */
export interface TracedLosses {
  /** By a lost request, or a lost call that was itself sent on behalf of another: the lost call that explains it. */
  readonly causes: ReadonlyMap<RequestRecord, RequestRecord>;
  /** Lost calls whose request of the load was answered all the same, as after a retry. */
  readonly madeUp: ReadonlySet<RequestRecord>;
}

/**
 * Which lost call made a pod fail the request in its hands. A call that says on whose behalf it was sent counts for that request alone; one
 * that does not say so counts for what its pod had in its hands when it was lost.
 */
export function traceLosses(records: readonly RequestRecord[]): TracedLosses {
  const lostCalls = records.filter((record) => record.caller !== undefined && lostFateOf(record) !== undefined);
  const causes = new Map<RequestRecord, RequestRecord>();
  for (const record of records) {
    if (record.fate !== 'server-error' && record.fate !== 'timeout') continue;
    const last = record.attempts.at(-1);
    if (last?.connect !== 'open') continue;
    const cause = lostCalls
      .filter((call) => call !== record && call.caller?.pod === last.pod)
      .filter((call) => isWithin(call, record) && isBehind(call, record))
      .toSorted((a, b) => a.endedAt - b.endedAt)
      .at(-1);
    if (cause !== undefined) causes.set(record, cause);
  }
  const answered = new Set(
    records.flatMap(({ id, caller, fate }) => (caller === undefined && fate === 'answered' ? [id] : [])),
  );
  const madeUp = new Set(lostCalls.filter(({ onBehalfOf }) => onBehalfOf !== undefined && answered.has(onBehalfOf)));
  return { causes, madeUp };
}

function isWithin(call: RequestRecord, { sentAt, endedAt }: RequestRecord): boolean {
  return call.sentAt >= sentAt && call.sentAt <= endedAt;
}

function isBehind(call: RequestRecord, record: RequestRecord): boolean {
  const origin = record.caller === undefined ? record.id : record.onBehalfOf;
  if (call.onBehalfOf === undefined || origin === undefined) return call.endedAt <= record.endedAt;
  return call.onBehalfOf === origin;
}

/** The first cause: the call that was lost although nothing behind it was. */
export function firstCauseOf(record: RequestRecord, causes: TracedLosses['causes']): RequestRecord {
  const seen = new Set([record]);
  let found = record;
  for (let next = causes.get(found); next !== undefined && !seen.has(next); next = causes.get(found)) {
    seen.add(next);
    found = next;
  }
  return found;
}
