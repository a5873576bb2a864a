import { type HttpServer } from './http-servers.js';
import { addressOf } from '../wire/unknown-servers.js';

interface Listener {
  readonly where: string;
  /** Its server has emitted `close`: the last of its connections has closed, too. */
  isClosed: boolean;
}

/**
 * Remembers which servers listened, to find those that the application has closed while routers still sent requests.
 */
export class OpenListeners {
  readonly #listeners = new Map<HttpServer, Listener>();
  /** The addresses of listeners that the application closed before the service began to leave. */
  #closedBefore: string[] = [];
  /** The servers that listened when it began to leave. */
  readonly #atStart = new Map<HttpServer, string>();

  /** A server listens. */
  opened(server: HttpServer): void {
    this.#listeners.set(server, { where: addressOf(server), isClosed: false });
  }

  /** A server has emitted `close`. */
  closed(server: HttpServer): void {
    const listener = this.#listeners.get(server);
    if (listener !== undefined) listener.isClosed = true;
  }

  /**
   * The service begins to leave. A server that no longer listens and has not emitted `close` was closed just now by a
   * signal listener ahead of ours, or it still has connections. A server that was closed long before counts only where
   * no other server listens: then nothing has been served since.
   */
  begin(servers: readonly HttpServer[]): void {
    const listening = servers.filter((server) => server.listening);
    for (const server of listening) this.#atStart.set(server, addressOf(server));
    this.#closedBefore = servers
      .filter((server) => !server.listening)
      .flatMap((server) => this.#listeners.get(server) ?? [])
      .filter(({ isClosed }) => !isClosed || listening.length === 0)
      .map(({ where }) => where);
  }

  /** Where the application has closed a listener by now. */
  closedElsewhere(): string[] {
    const since = [...this.#atStart].filter(([server]) => !server.listening).map(([, where]) => where);
    return [...this.#closedBefore, ...since];
  }
}
