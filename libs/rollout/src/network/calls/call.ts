import { type Attempt, type Fate } from '../../ledger/request-record.js';

/** A pod that calls others. */
export interface Caller {
  readonly workload: string;
  readonly pod: string;
  /** Where it runs: the node whose view of the endpoints its connections meet. */
  readonly node: number;
}

/** A request that one workload sent to another through a Service, as it passed. Times are milliseconds since the start of the rehearsal. */
export interface Call {
  readonly caller: Caller;
  /** `CONNECT` and no path where what passed was no HTTP/1.1: the whole connection is then one call. */
  readonly method: string;
  readonly path: string;
  /** The `x-request-id` of the load on whose behalf it was sent, where that is known. */
  readonly requestId: string | undefined;
  readonly sentAt: number;
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
  readonly fate: Fate;
  readonly status: number | undefined;
  readonly detail: string | undefined;
  /** Whether its connection had carried an earlier call. */
  readonly isReused: boolean;
  readonly isStream: boolean;
  /** The one pod that it was handed to; none where the Service had no endpoint. */
  readonly attempt: Attempt | undefined;
}
