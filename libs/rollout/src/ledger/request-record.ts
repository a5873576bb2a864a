/**
 * What became of a request.
 *
 * - `answered`: an expected answer arrived, to its last byte
 * - `refused`: no connection could be opened
 * - `reset`: the connection ended before the answer did
 * - `server-error`: an answer arrived that says the service failed: 5xx, or not what the plan expects
 * - `timeout`: connected, and no answer in time
 * - `black-hole`: the connection was never accepted nor refused
 * - `told-to-go`: a long-lived stream was closed in good order and asked to come back: nothing is lost
 * - `unfinished`: the rehearsal itself ended first, or this machine had no port, file or memory left to ask with
 */
export type Fate =
  | 'answered'
  | 'refused'
  | 'reset'
  | 'server-error'
  | 'timeout'
  | 'black-hole'
  | 'told-to-go'
  | 'unfinished';

/** The fates that count as lost. */
export const LOST_FATES = ['refused', 'reset', 'server-error', 'timeout', 'black-hole'] as const;

/** A fate that counts as lost. */
export type LostFate = (typeof LOST_FATES)[number];

/** The fate of a request that counts as lost; `undefined` of any other. */
export function lostFateOf({ fate }: Pick<RequestRecord, 'fate'>): LostFate | undefined {
  return LOST_FATES.find((lost) => lost === fate);
}

/** Who asked: how it keeps its connections, and what it speaks. `grpc-stream` is a call that the server answers with a stream. */
export type ClientKind =
  | 'keep-alive'
  | 'fresh'
  | 'closed-loop'
  | 'http2'
  | 'event-stream'
  | 'websocket'
  | 'grpc'
  | 'grpc-stream'
  | 'call';

/** Whether it stays open on purpose, so that how long it took is no latency. */
export function isStream({ client }: Pick<RequestRecord, 'client'>): boolean {
  return client === 'event-stream' || client === 'websocket' || client === 'grpc-stream';
}

/** Whether it shares a connection of HTTP/2 with others. */
export function isOverHttp2({ client }: Pick<RequestRecord, 'client'>): boolean {
  return client === 'http2' || client === 'grpc' || client === 'grpc-stream';
}

/** The status of an answer as its client knows it: `503`, or `UNAVAILABLE`. */
export function statusShown({ status, grpcStatus }: Pick<RequestRecord, 'status' | 'grpcStatus'>): string | undefined {
  return grpcStatus ?? status?.toString();
}

/** One request of a rehearsal, from the client's side. Times are milliseconds since the start of the rehearsal. */
export interface RequestRecord {
  /** Counts from 1; sent as the header `x-request-id: rehearsal-<id>`. */
  readonly id: number;
  /** The name of its kind in the load plan. */
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly client: ClientKind;
  readonly sentAt: number;
  /** When the first byte of an answer arrived. */
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
  readonly fate: Fate;
  /** That of HTTP; of a call of gRPC that which stands for its own status, as 503 for `UNAVAILABLE`. */
  readonly status: number | undefined;
  /** Of a call of gRPC: the name of its status; left out of all others. */
  readonly grpcStatus?: string | undefined;
  /** Node's error code or message, or the beginning of an unexpected body. */
  readonly detail: string | undefined;
  /** Whether its connection had carried an earlier request. */
  readonly isReused: boolean;
  /** Whether the pod's answer ended its connection: `Connection: close`, or GOAWAY. Left out where that is unknown. */
  readonly endsConnection?: boolean | undefined;
  /** Who answered, by the header `x-served-by` of the answer; left out where it does not say. */
  readonly servedBy?: string | undefined;
  /** Of a lost request: its connection, as its client knew it when it sent. Left out of all others. */
  readonly connection?: ConnectionFacts | undefined;
  /** Every time it was handed to a pod, in order; more than one where the balancer retried. */
  readonly attempts: readonly Attempt[];
  /** The workload it was sent to, where several are played. */
  readonly workload?: string;
  /** The pod that sent it, where it is a call of one workload to another; its `id` then counts calls. */
  readonly caller?: { readonly workload: string; readonly pod: string };
  /** Of a call: the `id` of the request of the load on whose behalf it was sent, where that is known. */
  readonly onBehalfOf?: number | undefined;
}

/** What a client knew of a connection when it sent a request on it. Times are milliseconds. */
export interface ConnectionFacts {
  /** Since it began to open it. */
  readonly ageMs: number;
  /** How many requests it had carried before. */
  readonly uses: number;
  /** Since the last answer on it; `undefined` before the first. */
  readonly idleMs: number | undefined;
  /** Whether that answer said that it ends the connection. */
  readonly lastSaidClose: boolean | undefined;
  /** Who gave that answer, by its header `x-served-by`; `undefined` where it did not say. */
  readonly servedBy: string | undefined;
}

/**
 * A request handed to a pod. A balancer that only sees connections hands over connections: every request of one then has the
 * attempt of its connection, begun when the request was sent.
 */
export interface Attempt {
  readonly pod: string;
  readonly at: number;
  /**
   * What the pod's address did with the connection: a balancer on this machine has accepted the client's long before, so the client
   * itself cannot tell a refused connection from a reset one, nor a black hole from a slow answer. `black-hole`: neither accepted
   * nor refused up to now.
   */
  readonly connect: 'open' | 'refused' | 'black-hole';
  /** Milliseconds since the start at which the connection it travelled on was opened to that pod: the same for all that travelled on it. */
  readonly connectedAt: number | undefined;
  /** Whether the pod may have worked on it: bytes of it were sent on an open connection. */
  readonly wasDelivered: boolean;
  /** As of the record, where the balancer keeps connections of its own to the pod: whether the pod's answer ended this one. */
  readonly endsConnection?: boolean | undefined;
}
