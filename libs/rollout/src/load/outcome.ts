import { type ConnectionFacts, type Fate } from '../ledger/request-record.js';

/** How one try of a request ended, as the client saw it. Times are milliseconds since the start of the rehearsal. */
export interface Outcome {
  readonly fate: Fate;
  readonly status: number | undefined;
  /** Of a call of gRPC: the name of its status, as `UNAVAILABLE`. */
  readonly grpcStatus?: string | undefined;
  readonly detail: string | undefined;
  readonly answeredAt: number | undefined;
  readonly endedAt: number;
  readonly localPort: number | undefined;
  readonly isReused: boolean;
  readonly endsConnection: boolean | undefined;
  /** Who answered, as the answer says. */
  readonly servedBy: string | undefined;
  /** The connection as it was when the request was sent. */
  readonly connection: ConnectionFacts;
  /** HTTP/2 only: the server said that it has not worked on it and that it may be sent again (RFC 9113 §6.8 and §8.7). */
  readonly isUnprocessed: boolean;
}
