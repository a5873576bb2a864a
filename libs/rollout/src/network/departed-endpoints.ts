import { type Clock } from '../clock/clock.js';
import { type Endpoint } from './balancer.js';

/** What an address does with a new connection. */
export type AddressState = 'there' | 'refuses' | 'silent';

/**
 * The addresses of pods that have gone. On this machine a port would refuse for ever, or soon belong to another pod; a pod's own
 * address refuses until its sandbox is torn down, and nothing answers there from then on.
 */
export class DepartedEndpoints {
  readonly #since = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly refusedForMs: number,
  ) {}

  add(endpoint: Endpoint): void {
    if (!this.#since.has(nameOf(endpoint))) this.#since.set(nameOf(endpoint), this.clock.now());
  }

  stateOf(endpoint: Endpoint): AddressState {
    const since = this.#since.get(nameOf(endpoint));
    if (since === undefined) return 'there';
    return this.clock.now() - since < this.refusedForMs ? 'refuses' : 'silent';
  }
}

/** Ports are used again, pods are not: both together name an endpoint once and for all. */
export function nameOf({ pod, port }: Endpoint): string {
  return `${pod}:${port}`;
}
