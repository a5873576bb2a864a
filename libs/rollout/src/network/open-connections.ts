import { type Duplex } from 'node:stream';

/** The connections to each pod that have neither been ended by it nor closed. */
export class OpenConnections {
  readonly #byPod = new Map<string, Set<Duplex>>();

  add(pod: string, connection: Duplex): void {
    const open = this.#byPod.get(pod) ?? new Set();
    this.#byPod.set(pod, open);
    open.add(connection);
    const forget = (): void => void open.delete(connection);
    connection.once('end', forget).once('close', forget);
  }

  /** How many there are. */
  to(pod: string): number {
    return this.#byPod.get(pod)?.size ?? 0;
  }
}
