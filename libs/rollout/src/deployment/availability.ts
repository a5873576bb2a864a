import { type Clock } from '../clock/clock.js';
import { type RolloutFact } from '../events/rollout-event.js';
import { type PodStatus } from '../kubelet/pod-worker.js';

/** What it is told of. */
export interface AvailabilityParts {
  readonly clock: Clock;
  readonly minReadyMs: number;
  /** All pods there are and have been. */
  readonly pods: () => readonly PodStatus[];
  readonly record: (fact: RolloutFact) => void;
}

/** Which pods have been ready for `minReadySeconds`, as their controller knows it. */
export class Availability {
  readonly #available = new Set<string>();
  #cancelWake: (() => void) | undefined;

  constructor(private readonly parts: AvailabilityParts) {}

  /** The names of those that were available when it was last noted. */
  get names(): ReadonlySet<string> {
    return this.#available;
  }

  /** Ready for long enough. */
  has({ isReady, readySince, isDeleted }: PodStatus): boolean {
    const { clock, minReadyMs } = this.parts;
    return isReady && !isDeleted && readySince !== undefined && clock.now() - readySince >= minReadyMs;
  }

  note(): void {
    for (const pod of this.parts.pods()) {
      const isAvailable = this.has(pod);
      const isNew = isAvailable && !this.#available.has(pod.name);
      if (isAvailable) this.#available.add(pod.name);
      else this.#available.delete(pod.name);
      if (isNew) this.parts.record({ type: 'pod-available', pod: pod.name });
    }
  }

  /** Calls back when the next pod becomes available: that comes with time alone, so no event announces it. */
  wake(onAvailable: () => void): void {
    const { clock, minReadyMs, pods } = this.parts;
    this.stop();
    const waits = pods()
      .filter((pod) => pod.isReady && !pod.isDeleted && !this.has(pod))
      .map(({ readySince = clock.now() }) => readySince + minReadyMs - clock.now());
    this.#cancelWake = waits.length === 0 ? undefined : clock.after(Math.min(...waits), onAvailable);
  }

  stop(): void {
    this.#cancelWake?.();
  }
}
