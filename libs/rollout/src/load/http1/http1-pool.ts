import { type Address } from '../address.js';
import { Http1Connection } from './http1-connection.js';

/**
 * Connections that are kept alive. There are `size` of them as soon as there have been so many requests; the one that has been idle
 * longest is used next, so that all stay in use; when all are busy, another one joins. One that ends is replaced by the next
 * request, not before.
 */
export class Http1Pool {
  readonly #idle: Http1Connection[] = [];
  readonly #all = new Set<Http1Connection>();

  constructor(
    private readonly address: Address,
    private readonly size: number,
  ) {}

  /** A connection for one request. Give it back with `release`. */
  take(): Http1Connection {
    this.#forgetEnded();
    const idle = this.#all.size >= this.size ? this.#idle.shift() : undefined;
    if (idle !== undefined) return idle;
    const connection = new Http1Connection(this.address, 'keep-alive');
    this.#all.add(connection);
    return connection;
  }

  release(connection: Http1Connection): void {
    if (connection.isUsable) this.#idle.push(connection);
    else this.#all.delete(connection);
  }

  close(): void {
    for (const connection of this.#all) connection.destroy();
    this.#all.clear();
    this.#idle.length = 0;
  }

  #forgetEnded(): void {
    for (const connection of this.#all) if (!connection.isUsable) this.#all.delete(connection);
    const usable = this.#idle.filter(({ isUsable }) => isUsable);
    this.#idle.splice(0, this.#idle.length, ...usable);
  }
}
