import { type Socket } from 'node:net';
import { LoopbackServer } from './loopback-server.js';
import { dialAddress } from './pod-ways.js';
import { passOn } from './relay.js';

/** Where a dependency listens. */
export interface DependencyTarget {
  readonly host: string;
  readonly port: number;
}

/** Stands in front of a database or broker, so that it can go away without being touched. */
export class DependencyProxy {
  #server: LoopbackServer | undefined;

  private constructor(
    private readonly target: DependencyTarget,
    /** Stays the same over going away and coming back. */
    readonly port: number,
  ) {}

  static async start(target: DependencyTarget): Promise<DependencyProxy> {
    const server = await LoopbackServer.listen(0, (client) => proxy.#accept(client));
    const proxy = new DependencyProxy(target, server.port);
    proxy.#server = server;
    return proxy;
  }

  /** Resets every connection and refuses new ones. */
  async goAway(): Promise<void> {
    await this.#stopServing('reset');
  }

  /** Accepts connections again. Rejects when another program has taken the port meanwhile. */
  async comeBack(): Promise<void> {
    this.#server ??= await LoopbackServer.listen(this.port, (client) => this.#accept(client));
  }

  /** Ends the proxy and every connection through it. */
  async close(): Promise<void> {
    await this.#stopServing('end');
  }

  async #stopServing(how: 'end' | 'reset'): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    await server?.close(how);
  }

  #accept(client: Socket): void {
    passOn(client, dialAddress(this.target), { opened: (target) => this.#server?.follow(target) });
  }
}
