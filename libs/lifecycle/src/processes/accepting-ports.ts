import { subscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';
import { type Deadline } from '../deadline/deadline.js';
import { hasLostListener, listenerToBeTaken, type TakenListener } from '../internals/node-listeners.js';
import { blockQueue } from '../traffic/wire/block-queue.js';

/** Published by Node, since 18.20, when a server listens and nothing else knows it yet. */
const LISTENS = 'tracing:net.server.listen:asyncEnd';

/** The ports on which `node:cluster` accepts connections in this process, to hand them to workers. */
export class AcceptingPorts {
  readonly #listeners = new Map<Server, TakenListener>();

  /** From now on. It is to be called before the first worker starts. */
  constructor() {
    subscribe(LISTENS, (message) => {
      const server: unknown = Reflect.get(Object(message), 'server');
      if (!(server instanceof Server)) return;
      const listener = listenerToBeTaken(server);
      if (listener !== undefined) this.#listeners.set(server, listener);
    });
  }

  /**
   * Accepts no connections on a port any more, and resets no client that waits for that. What was accepted goes to workers. Returns whether it
   * did: with the scheduling of the system workers accept by themselves.
   */
  async close(port: number, deadline: Deadline): Promise<boolean> {
    const taken = [...this.#listeners].filter(
      ([server, listener]) => hasLostListener(server) && listener.port() === port,
    );
    for (const [server, listener] of taken) {
      this.#listeners.delete(server);
      await blockQueue({ ...listener, isOpen: () => true, accepted: listener.countAccepted() }, deadline);
      listener.close();
    }
    return taken.length > 0;
  }
}
