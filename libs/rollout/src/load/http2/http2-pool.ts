import { Http2Connection } from './http2-connection.js';

/** So many sessions, used in turn. One that ends, or that has been told to go, is replaced by the next request. */
export class Http2Pool {
  readonly #sessions: Http2Connection[] = [];
  readonly #all = new Set<Http2Connection>();
  #turn = 0;

  constructor(
    private readonly port: number,
    private readonly size: number,
  ) {}

  take(): Http2Connection {
    const place = this.#turn % this.size;
    this.#turn += 1;
    const kept = this.#sessions[place];
    if (kept?.isUsable === true) return kept;
    const session = new Http2Connection(this.port);
    this.#sessions[place] = session;
    this.#all.add(session);
    return session;
  }

  close(): void {
    // Those that were told to go may still be here.
    for (const session of this.#all) session.destroy();
    this.#all.clear();
    this.#sessions.length = 0;
  }
}
