import { type Address } from '../address.js';
import { Http2Connection } from './http2-connection.js';

/** So many sessions, used in turn. One that is closed, or has received GOAWAY, is replaced by the next request. */
export class Http2Pool {
  readonly #sessions: Http2Connection[] = [];
  readonly #all = new Set<Http2Connection>();
  readonly #successors = new WeakMap<Http2Connection, Http2Connection>();
  #turn = 0;

  constructor(
    private readonly address: Address,
    private readonly size: number,
  ) {}

  take(): Http2Connection {
    const place = this.#turn % this.size;
    this.#turn += 1;
    const kept = this.#sessions[place];
    if (kept?.isUsable === true) return kept;
    const session = this.#open();
    this.#sessions[place] = session;
    return session;
  }

  /**
   * The session in the place of one that has refused a request, opened after that: the others may be with the same pod. Whatever is
   * still under way on the old one ends there.
   */
  instead(refusing: Http2Connection): Http2Connection {
    const known = this.#successors.get(refusing);
    if (known?.isUsable === true) return known;
    const session = this.#open();
    this.#successors.set(refusing, session);
    const place = this.#sessions.findIndex((kept) => kept === refusing || kept === known);
    if (place !== -1) this.#sessions[place] = session;
    refusing.retire();
    return session;
  }

  #open(): Http2Connection {
    const session = new Http2Connection(this.address);
    this.#all.add(session);
    return session;
  }

  close(): void {
    // Those that have received GOAWAY may still be open.
    for (const session of this.#all) session.destroy();
    this.#all.clear();
    this.#sessions.length = 0;
  }
}
