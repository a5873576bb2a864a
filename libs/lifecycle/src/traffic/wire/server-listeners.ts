import { type Server } from 'node:net';

type Listener = (...args: unknown[]) => void;

/** The servers that are followed, and the listeners added to each of them, so that these can be removed again. */
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

  /** Removes from a server all that was added to it. */
  remove(server: Server): void {
    // What was put around something else is taken off before it.
    for (const undo of this.#servers.get(server)?.toReversed() ?? []) undo();
    this.#servers.delete(server);
  }

  /** Adds an undo, which is called when the server is removed. */
  keep(server: Server, undo: () => void): void {
    this.#servers.get(server)?.push(undo);
  }

  /**
   * Listens ahead of the listeners that are there. Node types each event separately; the callers type their own
   * arguments.
   */
  listen(server: Server, event: string, listener: (first: never, second: never) => void): void {
    const anyListener = listener as Listener;
    server.prependListener(event, anyListener);
    this.keep(server, () => server.removeListener(event, anyListener));
  }

  /**
   * As {@link listen}, but only once other code listens too: the first listener of these events changes how Node
   * answers such requests.
   */
  listenIfOthersDo(server: Server, event: string, listener: (first: never, second: never) => void): void {
    let isListening = false;
    const start = (): void => {
      if (isListening) return;
      isListening = true;
      this.listen(server, event, listener);
    };
    if (server.listenerCount(event) > 0) return start();
    this.listen(server, 'newListener', (added: string | symbol) => {
      if (added === event && !isListening) queueMicrotask(start);
    });
  }
}
