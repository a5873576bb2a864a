import { type Clock } from '../../deadline/clock.js';
import { type Work } from '../../in-flight/work.js';
import { type Connections } from './connections.js';
import { arrivedIsRead, LINGER_MS } from './idle-connections.js';

interface LateConnectionsParts {
  readonly clock: Clock;
  readonly connections: Connections;
  /** All work in flight, of every kind. */
  readonly active: () => readonly Work[];
  /** Called when the limit was reached. */
  readonly onLimit: (counts: LateCounts) => void;
}

/** Counts of late requests on connections that were open when the listener was closed. */
export interface LateCounts {
  /** Requests that were waited for. */
  readonly requests: number;
  /** Connections that were closed at the limit, because they were idle. */
  readonly closed: number;
}

/** How long such connections may go on to bring requests while nothing else is in flight. */
const LATE_MS = 2000;
/** How often to check whether other work is in flight; there is no event for that. */
const LOOK_MS = 250;

/**
 * Limits how long the service is held by requests that keep coming on connections that were open when the listener was
 * closed. Each connection may bring only one more, but there may be many. Once nothing else is in flight, they have two
 * seconds. Then idle ones are closed, and requests that have been read are still answered.
 */
export class LateConnections {
  #requests = 0;
  #closed = 0;
  #closedAt: number | undefined;
  #cancel: () => void = () => undefined;

  constructor(private readonly parts: LateConnectionsParts) {}

  /** As of now. */
  get counts(): LateCounts {
    return { requests: this.#requests, closed: this.#closed };
  }

  /** The listeners have been closed. */
  begin(): void {
    this.#closedAt = this.parts.clock.now();
    this.#look();
  }

  /** A request that is waited for has begun. */
  requestStarted(): void {
    if (this.#closedAt !== undefined) this.#requests += 1;
  }

  /** The drain is over. It closes idle connections by itself. */
  stop(): void {
    this.#cancel();
    this.#closedAt = undefined;
  }

  #look(): void {
    const { clock, active } = this.parts;
    const closedAt = this.#closedAt ?? Infinity;
    const isHeldByThem = this.#requests > 0 && active().every(({ startedAt }) => startedAt > closedAt);
    this.#cancel = isHeldByThem
      ? clock.meanwhile(LATE_MS, () => void this.#closeIdle())
      : clock.meanwhile(LOOK_MS, () => this.#look());
  }

  async #closeIdle(): Promise<void> {
    await arrivedIsRead();
    // The drain may have ended meanwhile.
    if (this.#closedAt === undefined) return;
    const { clock, connections, onLimit } = this.parts;
    connections.destroyUnsecured();
    // A request may be on its way behind a recent answer that did not say `Connection: close`.
    const since = clock.now() - LINGER_MS;
    for (const connection of connections.all()) {
      if (!connection.isIdle || !connection.carriesRequests || connection.idleSince > since) continue;
      this.#closed += 1;
      void connection.closeIdle();
    }
    onLimit(this.counts);
  }
}
