import { type Clock } from '../clock/clock.js';
import { type PodWorker } from '../kubelet/pod-worker.js';

/** One that never rests works already. */
const LONGEST_START_MS = 10_000;
const LOOKS_AT_REST = 5;

/**
 * When workers have started. Nothing asks them, and Kubernetes counts them as available as soon as they run; but the pods of before an update have been there
 * for long, and one that is stopped while it starts does not know yet what to do at SIGTERM. A program that starts computes; one that has started
 * waits for work.
 */
export class WorkerStarts {
  readonly #restedLooks = new Map<PodWorker, number>();

  constructor(private readonly clock: Clock) {}

  /** Asked from time to time until it is true. */
  isOver(pod: PodWorker): boolean {
    const { container } = pod;
    if (container === undefined || this.clock.now() - container.startedAt > LONGEST_START_MS) return true;
    const isAtRest = container.process.isAtRest();
    const looks = isAtRest === false ? 0 : (this.#restedLooks.get(pod) ?? 0) + 1;
    this.#restedLooks.set(pod, looks);
    return isAtRest === undefined || looks >= LOOKS_AT_REST;
  }
}
