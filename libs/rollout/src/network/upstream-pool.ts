import { type ClientRequest } from 'node:http';
import { type Duplex } from 'node:stream';
import { type Clock } from '../clock/clock.js';
import { PodAgent } from './pod-ways.js';

/**
 * The connections of one balancer instance to one endpoint: kept after an answer unless the service says `Connection: close`, and
 * closed when idle for too long. Node's own agent would also heed `Keep-Alive: timeout=5`, which no balancer does: it would never
 * meet the race between a request and the end of an idle connection.
 */
export class UpstreamPool extends PodAgent {
  readonly #openedAt = new WeakMap<Duplex, number>();
  readonly #endIdle = new WeakMap<Duplex, () => void>();

  constructor(
    private readonly clock: Clock,
    private readonly idleTimeoutMs: number,
    private readonly onOpened: (socket: Duplex) => void = () => undefined,
  ) {
    super({ keepAlive: true });
  }

  /** When that connection was opened: `at`, unless it was open before. */
  openedAt(socket: Duplex, at: number): number {
    const openedAt = this.#openedAt.get(socket);
    if (openedAt !== undefined) return openedAt;
    this.#openedAt.set(socket, at);
    this.onOpened(socket);
    return at;
  }

  override keepSocketAlive(socket: Duplex): boolean {
    const cancel = this.clock.after(this.idleTimeoutMs, () => socket.destroy());
    const endIdle = (): void => {
      cancel();
      socket.off('close', endIdle);
    };
    socket.once('close', endIdle);
    this.#endIdle.set(socket, endIdle);
    return true;
  }

  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    this.#endIdle.get(socket)?.();
    super.reuseSocket(socket, request);
  }
}
