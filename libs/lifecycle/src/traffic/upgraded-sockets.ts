import { type Connection } from './connection.js';
import { type Connections } from './connections.js';

interface UpgradedSocketsParts {
  readonly connections: Connections;
  /** The sockets below WebSockets that are followed by themselves: those of gateways. */
  readonly followed: () => { has(socket: object): boolean };
}

/** What has become of the sockets that were open when the service was told to stop. */
export interface UpgradedCounts {
  /** Ended by then, whoever ended them. */
  readonly closed: number;
  /** What those were called that were still open at the end: one name for each. */
  readonly terminated: readonly string[];
}

/**
 * Sockets that the application has upgraded by itself: a WebSocket server that is no gateway, a proxy, a tunnel. Nobody
 * else knows how to say goodbye on them, so they stay open until the application's own hooks had their chance, and what
 * is open then is ended and named.
 */
export class UpgradedSockets {
  readonly #atStart = new Set<Connection>();
  readonly #terminated = new Set<Connection>();
  #isLastCall = false;
  /** Those that {@link whenGone} waits for. */
  #awaited = new Set<Connection>();
  #onGone: () => void = () => undefined;

  constructor(private readonly parts: UpgradedSocketsParts) {}

  /** The service has been told to stop. */
  begin(): void {
    for (const connection of this.#open()) this.#atStart.add(connection);
  }

  /** All hooks that could have closed them have been called: what this side ends from now on is cut. */
  lastCall(): void {
    this.#isLastCall = true;
  }

  /** Resolves once none of those is open that are open now. */
  whenGone(): Promise<void> {
    this.#awaited = new Set(this.#open());
    if (this.#awaited.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onGone = resolve;
    });
  }

  /** Ends what is open. */
  terminate(): void {
    for (const connection of this.#open()) {
      this.#terminated.add(connection);
      connection.carrier.destroy();
    }
  }

  /** A connection has gone. */
  connectionClosed(connection: Connection): void {
    if (connection.upgradedBy === undefined) return;
    if (this.#isLastCall && !connection.hasPeerLeft) this.#terminated.add(connection);
    if (this.#awaited.delete(connection) && this.#awaited.size === 0) this.#onGone();
  }

  /** As of now; what is open has no goodbye to come. */
  counts(): UpgradedCounts {
    const terminated = new Set([...this.#own(this.#terminated), ...this.#open()]);
    const closed = this.#own(this.#atStart).filter((connection) => !terminated.has(connection));
    return { closed: closed.length, terminated: [...terminated].map(({ upgradedBy = '' }) => upgradedBy) };
  }

  #open(): Connection[] {
    return this.#own(this.parts.connections.all()).filter(({ carrier }) => !carrier.destroyed);
  }

  /** Those that nobody else follows. */
  #own(connections: Iterable<Connection>): Connection[] {
    const upgraded = [...connections].filter(({ upgradedBy }) => upgradedBy !== undefined);
    if (upgraded.length === 0) return [];
    const followed = this.parts.followed();
    return upgraded.filter(({ carrier }) => !followed.has(carrier));
  }
}
