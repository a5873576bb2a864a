import { type Clock } from '../../deadline/clock.js';
import { type Work } from '../../in-flight/work.js';
import { type Connections } from './connections.js';
import { arrivedIsRead, LINGER_MS } from './idle-connections.js';

interface LateConnectionsParts {
  readonly clock: Clock;
  readonly connections: Connections;
  /** What is in flight, of all kinds. */
  readonly active: () => readonly Work[];
  /** The limit was reached. */
  readonly onLimit: (counts: LateCounts) => void;
}

/** What came on connections that were open when the listener was closed. */
export interface LateCounts {
  /** Requests that were waited for. */
  readonly requests: number;
  /** Connections that were closed at the limit, because they were idle. */
  readonly closed: number;
}

/** How long connections may go on to bring requests when nothing else is waited for. */
const LATE_MS = 2000;
/** How often it is looked whether anything else is: no event tells. */
const LOOK_MS = 250;

/**
 * Limits how long connections that were open when the listener was closed can hold the service by bringing requests, one
 * after the other. Each may bring only one, but there may be many. Once nothing else is in flight they have
 * two seconds; then those that are idle are closed. What has been read by then is answered.
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

  /** The drain is over, and closes what is idle by itself. */
  end(): void {
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
    // Behind an answer that did not say that it was the last a request may be on its way.
    const since = clock.now() - LINGER_MS;
    for (const connection of connections.all()) {
      if (!connection.isIdle || !connection.carriesRequests || connection.idleSince > since) continue;
      this.#closed += 1;
      void connection.closeIdle();
    }
    onLimit(this.counts);
  }
}
