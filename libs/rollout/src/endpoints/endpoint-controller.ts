import { type Clock } from '../clock/clock.js';
import { type RolloutFact } from '../events/rollout-event.js';
import { type PodStatus } from '../kubelet/pod-worker.js';
import { type Endpoint } from '../network/balancer.js';
import { type Random, type RandomStream } from '../random/random.js';
import { type Network } from '../network/network.js';
import { sliceOf, type SliceEntry, usableOf } from './endpoint-slice.js';

/** What the endpoints are made from, and what is called with them. */
export interface EndpointControllerOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  /** A controller that is behind with its work: a hundred times as late, 1 to 5 s. */
  readonly isSlow: boolean;
  readonly pods: () => readonly PodStatus[];
  readonly record: (fact: RolloutFact) => void;
  /** What a node sends its clients to from now on. */
  readonly onView: (node: number, endpoints: readonly Endpoint[]) => void;
}

const SLOW_FACTOR = 100;

/**
 * Writes the EndpointSlice 10 to 50 ms after the pods have changed, as measured, once for all changes until then; each node learns of it in its own
 * time. It learns of changes in their order: what comes later brings nothing forward that came before.
 */
export class EndpointController {
  readonly #batching: RandomStream;
  readonly #nodes: { readonly lag: RandomStream; version: number; known: string; learnsAt: number }[];
  readonly #timers = new Set<() => void>();
  #slice: readonly SliceEntry[] = [];
  #recorded = '';
  #version = 0;
  #isPending = false;

  constructor(private readonly options: EndpointControllerOptions) {
    const { random, network } = options;
    this.#batching = random.stream('endpoints/batching');
    this.#nodes = Array.from({ length: network.nodes }, (_, node) => ({
      lag: random.stream(`endpoints/node-${node}`),
      version: 0,
      known: '',
      learnsAt: 0,
    }));
  }

  /** A pod's readiness, deletion or address may have changed. */
  changed(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    const lag = this.#batching.uniform(10, 50) * (this.options.isSlow ? SLOW_FACTOR : 1);
    this.#after(lag, () => this.#sync());
  }

  /** Every node learns of everything at once: how it is before a rehearsal begins. */
  settle(): void {
    this.stop();
    this.#write(sliceOf(this.options.pods()));
    for (const node of this.#nodes.keys()) this.#learn(node, this.#slice, this.#version);
  }

  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.#isPending = false;
  }

  #sync(): void {
    this.#isPending = false;
    if (!this.#write(sliceOf(this.options.pods()))) return;
    const { network, clock } = this.options;
    const [slice, version] = [this.#slice, this.#version];
    for (const [node, view] of this.#nodes.entries()) {
      view.learnsAt = Math.max(clock.now() + view.lag.lag(network.endpointLag), view.learnsAt);
      this.#after(view.learnsAt - clock.now(), () => this.#learn(node, slice, version));
    }
  }

  /** Whether it says anything new. */
  #write(slice: readonly SliceEntry[]): boolean {
    if (JSON.stringify(slice) === JSON.stringify(this.#slice)) return false;
    this.#slice = slice;
    this.#version += 1;
    this.#record(slice);
    return true;
  }

  /** Not every change shows in the fact: a pod may have come that is not ready. */
  #record(slice: readonly SliceEntry[]): void {
    const ready = slice.filter(({ isReady }) => isReady).map(({ endpoint }) => endpoint.pod);
    const terminating = slice.filter(({ isTerminating }) => isTerminating).map(({ endpoint }) => endpoint.pod);
    const recorded = JSON.stringify([ready, terminating]);
    if (recorded === this.#recorded) return;
    this.#recorded = recorded;
    this.options.record({ type: 'endpoints-changed', ready, terminating });
  }

  #learn(node: number, slice: readonly SliceEntry[], version: number): void {
    const view = this.#nodes[node];
    if (view === undefined || version <= view.version) return;
    view.version = version;
    const usable = usableOf(slice);
    const known = JSON.stringify(usable);
    if (known === view.known) return;
    view.known = known;
    this.options.record({ type: 'node-learned', node, pods: usable.map(({ pod }) => pod) });
    this.options.onView(node, usable);
  }

  #after(ms: number, action: () => void): void {
    const cancel = this.options.clock.after(ms, () => {
      this.#timers.delete(cancel);
      action();
    });
    this.#timers.add(cancel);
  }
}
