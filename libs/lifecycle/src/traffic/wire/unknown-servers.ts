import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';

/** Published in the turn of `server.listen()`, with the server, since Node 18.20: `lib/net.js`, read in Node 20 to 26. */
const LISTENS = 'tracing:net.server.listen:asyncEnd';

/** Servers of this process that the application has not passed to `trackServer()`. */
export class UnknownServers {
  readonly #listening = new Set<Server>();
  #stop: () => void = () => undefined;

  /**
   * Looks at every server that begins to listen from now on.
   *
   * @param isOurs whether a server passes its requests to the application
   * @param onFound called with a server that does
   */
  watch(isOurs: (server: Server) => boolean, onFound: (server: Server) => void): void {
    const heard = (message: unknown): void => {
      const server: unknown =
        typeof message === 'object' && message !== null ? Reflect.get(message, 'server') : undefined;
      if (!(server instanceof Server) || server.listenerCount('request') === 0) return;
      if (isOurs(server)) onFound(server);
      else this.#listening.add(server);
    };
    subscribe(LISTENS, heard);
    this.#stop = () => void unsubscribe(LISTENS, heard);
  }

  /** The addresses of listening HTTP servers that are not ours, as far as is known: `port 3001`. */
  addresses(isFollowed: (server: Server) => boolean): string[] {
    return [...this.#listening].filter((server) => server.listening && !isFollowed(server)).map(addressOf);
  }

  stop(): void {
    this.#stop();
  }
}

/** Where a server listens, for a log line. */
export function addressOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' ? `port ${address?.port ?? 'unknown'}` : address;
}

/** The server below a request, which Node hangs on its socket (read in Node 20 to 26, `lib/net.js` and `lib/_http_server.js`). */
export function serverBelow(response: object): Server | undefined {
  const request = property(response, 'req');
  const server = property(property(request, 'socket'), 'server');
  return server instanceof Server ? server : undefined;
}

function property(target: unknown, name: string): unknown {
  return typeof target === 'object' && target !== null ? Reflect.get(target, name) : undefined;
}
