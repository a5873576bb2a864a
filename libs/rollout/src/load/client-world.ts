import { type Address } from './address.js';
import { type Clock } from '../clock/clock.js';

/** What every client of a rehearsal is given. */
export interface ClientWorld {
  /** Where clients connect. */
  readonly address: Address;
  readonly clock: Clock;
  /** Milliseconds since the start of the rehearsal. */
  readonly sinceStart: () => number;
  /** A client gives up after so long without an answer. */
  readonly requestTimeoutMs: number;
  /** Fires when nothing more is asked: clients of long-lived streams go, everything else is waited for. */
  readonly stopping: AbortSignal;
  /** Fires when nothing more is waited for: what is in flight is `unfinished`. */
  readonly abandoned: AbortSignal;
}
