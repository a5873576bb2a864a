import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type LongLivedWork } from './work-source.js';

/** The average time between two departures: clients that leave at once would connect again at once. */
const PACE_MS = 5;
/** How long one batch takes. */
const BATCH_MS = 100;
/** The part of the drain that departures may take; the rest is for their work to finish. */
const SHARE = 0.5;

/**
 * Ends long-lived streams when the drain begins: a few at once, many in jittered batches, so that their clients do not
 * all connect to other instances in the same moment.
 */
export class Departures {
  /** Set when departures begin. */
  #shareMs: number | undefined;
  #pending: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly settings: { readonly spreadMs: number },
    /** The sources with long-lived work. */
    private readonly sources: { longLived(): readonly LongLivedWork[] },
    private readonly random: () => number = Math.random,
  ) {}

  /** Whether long-lived work that begins from now on has to leave at once. */
  get hasBegun(): boolean {
    return this.#shareMs !== undefined;
  }

  /** How much of the drain departures may take, in milliseconds; without a limit before they begin. */
  get shareMs(): number {
    return this.#shareMs ?? Number.POSITIVE_INFINITY;
  }

  /** Makes all long-lived work leave, over `spread` or half the time to `deadline`, whichever is less. */
  begin(deadline: Deadline): void {
    if (this.hasBegun) return;
    this.#shareMs = deadline.remainingMs * SHARE;
    const open = this.sources.longLived();
    const windowMs = Math.min(this.settings.spreadMs, this.#shareMs, (open.length - 1) * PACE_MS);
    this.#schedule(open, windowMs);
  }

  /** Work that begins while the others leave has to leave as well. */
  opened(item: LongLivedWork): void {
    if (this.hasBegun) item.leave();
  }

  /** The drain is over: cancels the batches that have not left yet. */
  end(): void {
    for (const cancel of this.#pending.splice(0)) cancel();
  }

  #schedule(open: readonly LongLivedWork[], windowMs: number): void {
    const batches = Math.max(1, Math.min(open.length, Math.ceil(windowMs / BATCH_MS)));
    const slotMs = windowMs / batches;
    for (let batch = 0; batch < batches; batch += 1) {
      const members = open.filter((_, index) => index % batches === batch);
      const leave = (): void => {
        for (const item of members) item.leave();
      };
      // The first batch leaves at once, so that a single client does not wait.
      if (batch === 0) leave();
      else this.#pending.push(this.clock.after(slotMs * (batch + this.random() - 0.5), leave));
    }
  }
}

/** The reason in the signal of handlers of long-lived work. */
export function timeToGo(what: 'requests' | 'messages'): LifecycleError {
  return new LifecycleError('SHUTTING_DOWN', `The service is stopping: it is time for long-lived ${what} to end.`);
}
