import { type RolloutEvent } from '../events/rollout-event.js';
import { type RequestRecord } from '../ledger/request-record.js';
import { type Call } from '../network/calls/call.js';
import { ofType } from '../verdict/pod-facts.js';

/** A call, and the workload it was sent to. */
export interface PlayedCall {
  readonly call: Call;
  readonly to: string;
}

/** A pod that ends leaves its calls behind a moment before its end is known. */
const EXIT_MS = 500;

/** Parts of a path that are another for every request: numbers, UUIDs, and long hexadecimal ids. */
const VARIABLE_PART = /^(?:\d+|[\da-f]{8}-[\da-f-]{27}|[\da-f]{12,})$/i;

/** Calls as records of the ledger, in the order they were sent; what a caller left because it ended itself is `unfinished`. */
export function callRecords(calls: readonly PlayedCall[], events: readonly RolloutEvent[]): RequestRecord[] {
  const exits = ofType(events, 'container-exited');
  const endedItself = ({ caller, endedAt, fate }: Call): boolean =>
    (fate === 'timeout' || fate === 'black-hole') &&
    exits.some(({ pod, at }) => pod === caller.pod && Math.abs(at - endedAt) < EXIT_MS);
  return calls
    .toSorted((a, b) => a.call.sentAt - b.call.sentAt)
    .map(({ call, to }, index) => recordOf(call, { to, id: index + 1, isUnfinished: endedItself(call) }));
}

function recordOf(
  call: Call,
  { to, id, isUnfinished }: { readonly to: string; readonly id: number; readonly isUnfinished: boolean },
): RequestRecord {
  const { caller, attempt, requestId, isStream, node: _node, ...facts } = { ...call, node: call.caller.node };
  const [, origin] = /^rehearsal-(\d+)$/.exec(requestId ?? '') ?? [];
  return {
    id,
    kind: kindOf(call),
    method: facts.method,
    path: facts.path,
    client: isStream ? 'event-stream' : 'call',
    sentAt: facts.sentAt,
    answeredAt: facts.answeredAt,
    endedAt: facts.endedAt,
    fate: isUnfinished ? 'unfinished' : facts.fate,
    status: facts.status,
    detail: facts.detail,
    isReused: facts.isReused,
    endsConnection: attempt?.endsConnection,
    attempts: attempt === undefined ? [] : [attempt],
    workload: to,
    caller: { workload: caller.workload, pod: caller.pod },
    onBehalfOf: origin === undefined ? undefined : Number(origin),
  };
}

function kindOf({ caller, method, path }: Call): string {
  if (path === '') return `connections of ${caller.workload}`;
  const [place = ''] = path.split('?');
  const parts = place.split('/').map((part) => (VARIABLE_PART.test(part) ? '*' : part));
  return `${caller.workload}: ${method} ${parts.join('/')}`;
}
