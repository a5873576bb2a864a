/** The kubelet's own: the first restart is immediate, then 10 s, doubled each time up to 5 minutes. */
const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
/** A container that ran this long starts over. */
const FORGIVEN_AFTER_MS = 600_000;

/** How long a container that has ended waits for its restart: CrashLoopBackOff. */
export class RestartBackoff {
  #next = 0;

  /** `ranForMs`: how long the container ran that has just ended. */
  delayMs(ranForMs: number): number {
    if (ranForMs >= FORGIVEN_AFTER_MS) this.#next = 0;
    const delay = this.#next;
    this.#next = delay === 0 ? FIRST_MS : Math.min(LONGEST_MS, delay * 2);
    return delay;
  }
}
