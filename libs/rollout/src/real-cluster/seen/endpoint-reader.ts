import { type Timeline } from '../../events/rollout-event.js';
import { type EndpointSliceObject } from '../api/objects.js';

/** Turns EndpointSlices into the facts of who gets requests: of all Services that have one of the pods. */
export class EndpointReader {
  #last = '';

  constructor(
    private readonly timeline: Timeline,
    private readonly pods: () => ReadonlySet<string>,
  ) {}

  read(slices: readonly EndpointSliceObject[]): void {
    const own = this.pods();
    const ready = new Set<string>();
    const terminating = new Set<string>();
    for (const { conditions, targetRef } of slices.flatMap(({ endpoints }) => endpoints ?? [])) {
      const name = targetRef?.name;
      if (name === undefined || !own.has(name)) continue;
      // Left out means ready, and means not terminating.
      if (conditions?.terminating === true) terminating.add(name);
      else if (conditions?.ready !== false) ready.add(name);
    }
    const next = { ready: [...ready].toSorted(), terminating: [...terminating].toSorted() };
    const text = JSON.stringify(next);
    if (text === this.#last) return;
    this.#last = text;
    this.timeline.record({ type: 'endpoints-changed', ...next });
  }
}
