import { type RandomStream } from '../random/random.js';
import { type Endpoint } from './balancer.js';

/** What each node, or balancer instance, knows of the endpoints; nothing at first. */
export class NodeViews {
  readonly #views = new Map<number, readonly Endpoint[]>();

  constructor(
    private readonly nodes: number,
    private readonly stream: RandomStream,
  ) {}

  update(node: number, endpoints: readonly Endpoint[]): void {
    this.#views.set(node, [...endpoints]);
  }

  /** The node that a new client meets. */
  draw(): number {
    return this.stream.below(this.nodes);
  }

  of(node: number): readonly Endpoint[] {
    return this.#views.get(node) ?? [];
  }
}
