import { type HttpServer } from './http-servers.js';
import { addressOf } from '../wire/unknown-servers.js';

interface Listener {
  readonly where: string;
  /** Its server has told that it is closed, and that the last of its connections has gone. */
  isClosed: boolean;
}

/** Where servers have listened, to know which of them the application has closed while routers still sent. */
export class OpenListeners {
  readonly #listeners = new Map<HttpServer, Listener>();
  /** Those that the application has closed, before the service began to leave. */
  #closedBefore: string[] = [];
  /** Those that listened when it began. */
  readonly #atStart = new Map<HttpServer, string>();

  /** A server listens. */
  opened(server: HttpServer): void {
    this.#listeners.set(server, { where: addressOf(server), isClosed: false });
  }

  /** A server tells that it is closed. */
  closed(server: HttpServer): void {
    const listener = this.#listeners.get(server);
    if (listener !== undefined) listener.isClosed = true;
  }

  /**
   * The service begins to leave. A server that does not listen any more, and has not told that it is closed, is one that a
   * signal listener ahead of ours has just closed, or one with connections. One that was closed long before counts where no
   * other listens: nothing has been served since.
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
