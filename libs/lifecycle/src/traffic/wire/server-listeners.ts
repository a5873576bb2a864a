import { type Server } from 'node:net';

type Listener = (...args: unknown[]) => void;

/** The servers that are followed, and what listens to each of them, so that it can be taken off again. */
export class ServerListeners {
  readonly #servers = new Map<Server, (() => void)[]>();

  get servers(): Iterable<Server> {
    return this.#servers.keys();
  }

  has(server: Server): boolean {
    return this.#servers.has(server);
  }

  add(server: Server): void {
    this.#servers.set(server, []);
  }

  /** Takes everything off a server again. */
  remove(server: Server): void {
    for (const undo of this.#servers.get(server) ?? []) undo();
    this.#servers.delete(server);
  }

  /** Something to be undone when the server is removed. */
  keep(server: Server, undo: () => void): void {
    this.#servers.get(server)?.push(undo);
  }

  /** Listens ahead of everybody else. Node types each event apart; the callers name the arguments of theirs. */
  listen(server: Server, event: string, listener: (first: never, second: never) => void): void {
    const anyListener = listener as Listener;
    server.prependListener(event, anyListener);
    this.keep(server, () => server.removeListener(event, anyListener));
  }

  /**
   * As {@link listen}, but only once somebody else does: the first listener of these events changes how Node answers the
   * requests in question.
   */
  join(server: Server, event: string, listener: (first: never, second: never) => void): void {
    let hasJoined = false;
    const join = (): void => {
      if (hasJoined) return;
      hasJoined = true;
      this.listen(server, event, listener);
    };
    if (server.listenerCount(event) > 0) return join();
    this.listen(server, 'newListener', (added: string | symbol) => {
      if (added === event && !hasJoined) queueMicrotask(join);
    });
  }
}
