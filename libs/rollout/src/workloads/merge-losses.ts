import { lostFateOf, type RequestRecord } from '../ledger/request-record.js';
import { phaseAt } from '../verdict/pod-phases.js';
import { type LostRequest } from '../verdict/verdict.js';
import { type JudgedWorkloads } from './judge-workloads.js';
import { firstCauseOf } from './trace-losses.js';

/**
 * What was lost in all, in the order it was sent, each with the workload whose fault it is: requests of the load, and calls that no request
 * of the load stands behind. A call that led to the loss of a request is told with that request.
 */
export function mergeLosses({ workloads, traced }: JudgedWorkloads, records: readonly RequestRecord[]): LostRequest[] {
  const judged = new Map<RequestRecord, LostRequest>(
    workloads.flatMap(({ name, verdict }) =>
      verdict.lost.map((loss) => [loss.record, { ...loss, workload: name }] as const),
    ),
  );
  const lostLoad = records.filter((record) => record.caller === undefined && lostFateOf(record) !== undefined);
  const behind = new Set(lostLoad.flatMap((record) => chainOf(record, traced.causes)));
  const lostCalls = records.filter(
    (record) =>
      record.caller !== undefined &&
      judged.has(record) &&
      !traced.madeUp.has(record) &&
      !behind.has(record) &&
      !isBehindCall(record, traced.causes),
  );
  return [...lostLoad, ...lostCalls]
    .toSorted((a, b) => a.sentAt - b.sentAt)
    .flatMap((record) => judged.get(record) ?? tracedLoss(record, { judged, workloads, traced }));
}

/** A lost call that another lost call explains is told with that one. */
function isBehindCall(record: RequestRecord, causes: JudgedWorkloads['traced']['causes']): boolean {
  return causes.has(record);
}

function chainOf(record: RequestRecord, causes: JudgedWorkloads['traced']['causes']): RequestRecord[] {
  const chain: RequestRecord[] = [];
  for (let next = causes.get(record); next !== undefined && !chain.includes(next); next = causes.get(next))
    chain.push(next);
  return chain;
}

interface Found extends JudgedWorkloads {
  readonly judged: ReadonlyMap<RequestRecord, LostRequest>;
}

function tracedLoss(record: RequestRecord, { judged, workloads, traced }: Found): LostRequest[] {
  const through = judged.get(firstCauseOf(record, traced.causes));
  const fate = lostFateOf(record);
  if (fate === undefined) return [];
  const pod = record.attempts.at(-1)?.pod;
  const own = workloads.flatMap(({ verdict }) => verdict.pods).find(({ name }) => name === pod);
  return [
    {
      record,
      fate,
      pod,
      phase: own && phaseAt(own.phases, record.endedAt),
      sinceSignalMs: undefined,
      cause: through?.cause ?? 'unexplained',
      ...(through?.workload !== undefined && { workload: through.workload }),
      ...(through !== undefined && { through }),
    },
  ];
}
