import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type LongLived } from './work-source.js';

/** Clients that leave together come back together, so each departure takes its time: this long, on average. */
const PACE_MS = 5;
/** How long one batch takes. */
const BATCH_MS = 100;
/** How much of the drain departures may take; the rest is for what runs on them to finish. */
const SHARE = 0.5;

/**
 * Tells long-lived streams to go when the drain begins: a few at once, many in jittered batches, so that their clients
 * do not all come back to the next instance in the same moment.
 */
export class Departures {
  #shareMs = Number.POSITIVE_INFINITY;
  #pending: (() => void)[] = [];
  #hasBegun = false;

  constructor(
    private readonly clock: Clock,
    private readonly settings: { readonly spreadMs: number },
    /** What may have to be told. */
    private readonly sources: { longLived(): readonly LongLived[] },
    private readonly random: () => number = Math.random,
  ) {}

  /** Whether whatever opens from now on has to go at once. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** How much of the drain departures may take, in milliseconds; without a limit before they begin. */
  get shareMs(): number {
    return this.#shareMs;
  }

  /** Tells everything that is open to go, over `spread` or half the time to `deadline`, whichever is less. */
  begin(deadline: Deadline): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const open = this.sources.longLived();
    this.#shareMs = deadline.remainingMs * SHARE;
    const windowMs = Math.min(this.settings.spreadMs, this.#shareMs, (open.length - 1) * PACE_MS);
    this.#schedule(open, windowMs);
  }

  /** What opens while everything else is told to go is told, too. */
  opened(item: LongLived): void {
    if (this.#hasBegun) item.leave();
  }

  /** The drain is over: what has not been told by now is not told any more. */
  end(): void {
    for (const cancel of this.#pending.splice(0)) cancel();
  }

  #schedule(open: readonly LongLived[], windowMs: number): void {
    const batches = Math.max(1, Math.min(open.length, Math.ceil(windowMs / BATCH_MS)));
    const slotMs = windowMs / batches;
    for (let batch = 0; batch < batches; batch += 1) {
      const members = open.filter((_, index) => index % batches === batch);
      const leave = (): void => {
        for (const item of members) item.leave();
      };
      // The first goes at once: a single client makes no crowd.
      if (batch === 0) leave();
      else this.#pending.push(this.clock.after(slotMs * (batch + this.random() - 0.5), leave));
    }
  }
}

/** Why what runs on a long-lived stream has to end, for handlers that wait for its signal. */
export function timeToGo(what: 'requests' | 'messages'): LifecycleError {
  return new LifecycleError('SHUTTING_DOWN', `The service is stopping: it is time for long-lived ${what} to end.`);
}
