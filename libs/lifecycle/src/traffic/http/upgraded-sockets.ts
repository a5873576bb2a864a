import { type Deadline } from '../../deadline/deadline.js';
import { type Emitter } from '../../events/emitter.js';
import { type Work } from '../../in-flight/work.js';
import { type OwnLastWord, type Source } from '../../in-flight/work-sources.js';
import { type Connection } from './connection.js';
import { type Connections } from './connections.js';

interface UpgradedSocketsParts {
  readonly connections: Connections;
  readonly connectionClosed: Emitter<Connection>;
  /** The sockets of gateways, which are a source of their own. */
  readonly followed: { sockets(): { has(socket: object): boolean } };
  /** Called once at the end with the names of sockets that were ended without a close handshake. */
  readonly onTerminated: (names: readonly string[]) => void;
}

/** How long sockets have to close after hooks have closed them, where Nest has not waited for them already. */
const CLOSE_MS = 1000;

/**
 * Sockets that the application has upgraded by itself: a WebSocket server that is no gateway, a proxy, a tunnel. Only
 * the application knows how to close them properly, so they stay open until its own hooks have run. Those that are open
 * after that are destroyed and named.
 */
export class UpgradedSockets implements Source {
  readonly name = 'upgraded sockets';
  readonly isAwaited = false;
  readonly ended = 0;
  readonly #atStart = new Set<Connection>();
  readonly #terminated = new Set<Connection>();
  #haveHooksRun = false;
  /** The sockets that `finish` waits for. */
  #awaited = new Set<Connection>();
  #onGone: () => void = () => undefined;

  constructor(private readonly parts: UpgradedSocketsParts) {
    parts.connectionClosed.listen((connection) => this.#closed(connection));
  }

  get size(): number {
    return this.#open().length;
  }

  /** Empty: work on such a socket cannot be seen. */
  active(): Iterable<Work> {
    return [];
  }

  leave(): void {
    for (const connection of this.#open()) this.#atStart.add(connection);
  }

  /** All hooks that could have closed them have been called. What this side ends from now on is cut. */
  beforeDispose(): void {
    this.#haveHooksRun = true;
  }

  async finish(deadline: Deadline): Promise<void> {
    await deadline.within(CLOSE_MS).settle(this.#whenGone());
  }

  destroy(): void {
    for (const connection of this.#open()) {
      this.#terminated.add(connection);
      connection.carrier.destroy();
    }
  }

  /** As of now. An open socket counts as terminated. */
  lastWord(isFinal: boolean): OwnLastWord {
    const terminated = new Set([...this.#own(this.#terminated), ...this.#open()]);
    const closed = this.#own(this.#atStart).filter((connection) => !terminated.has(connection));
    const names = [...terminated].map(({ upgradedBy = '' }) => upgradedBy);
    if (isFinal && names.length > 0) this.parts.onTerminated(names);
    const counts = { closed: closed.length, terminated: names.length };
    return { ...counts, sections: { upgradedSockets: counts } };
  }

  /** Resolves once every socket that is open now has closed. */
  #whenGone(): Promise<void> {
    this.#awaited = new Set(this.#open());
    if (this.#awaited.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onGone = resolve;
    });
  }

  #closed(connection: Connection): void {
    if (connection.upgradedBy === undefined) return;
    if (this.#haveHooksRun && !connection.hasPeerLeft) this.#terminated.add(connection);
    if (this.#awaited.delete(connection) && this.#awaited.size === 0) this.#onGone();
  }

  #open(): Connection[] {
    return this.#own(this.parts.connections.upgradedConnections()).filter(({ carrier }) => !carrier.destroyed);
  }

  /** The upgraded sockets that are not those of gateways. */
  #own(connections: Iterable<Connection>): Connection[] {
    const upgraded = [...connections];
    if (upgraded.length === 0) return [];
    const followed = this.parts.followed.sockets();
    return upgraded.filter(({ carrier }) => !followed.has(carrier));
  }
}
