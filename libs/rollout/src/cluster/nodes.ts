import { type PodStatus } from '../kubelet/pod-worker.js';

/** The nodes of a cluster, as its scheduler sees them. */
export class Nodes {
  readonly #cordoned = new Set<number>();

  constructor(private readonly count: number) {}

  /** No more pods for that node. */
  cordon(node: number): void {
    this.#cordoned.add(node);
  }

  /** The node with the fewest pods; with all of them cordoned, a fresh one is taken to have come in their place. */
  forNewPod(pods: readonly PodStatus[]): number {
    const all = Array.from({ length: this.count }, (_, node) => node);
    const open = all.filter((node) => !this.#cordoned.has(node));
    const load = (node: number): number => pods.filter((pod) => pod.node === node && !pod.isGone).length;
    const [emptiest = 0] = (open.length > 0 ? open : all).toSorted((a, b) => load(a) - load(b));
    return emptiest;
  }
}
