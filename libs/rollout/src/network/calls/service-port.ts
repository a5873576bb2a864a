import { type Clock } from '../../clock/clock.js';
import { type Endpoint } from '../balancer.js';
import { type AddressState, DepartedEndpoints } from '../departed-endpoints.js';
import { OpenConnections } from '../open-connections.js';

/** One port of a Service: what each node knows of the endpoints behind it. */
export class ServicePort {
  readonly open = new OpenConnections();
  readonly #views = new Map<number, readonly Endpoint[]>();
  readonly #departed: DepartedEndpoints;

  constructor(clock: Clock, refusedForMs: number) {
    this.#departed = new DepartedEndpoints(clock, refusedForMs);
  }

  /** What one node knows from now on. */
  update(node: number, endpoints: readonly Endpoint[]): void {
    this.#views.set(node, [...endpoints]);
  }

  /** The pod behind this endpoint has gone. */
  gone(endpoint: Endpoint): void {
    this.#departed.add(endpoint);
  }

  of(node: number): readonly Endpoint[] {
    return this.#views.get(node) ?? [];
  }

  stateOf(endpoint: Endpoint): AddressState {
    return this.#departed.stateOf(endpoint);
  }
}
