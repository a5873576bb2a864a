import { type HookPhase } from '../hooks/hook.js';
import { type Settings } from '../options/settings.js';
import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { type ShutdownShares } from './time-shares.js';

/**
 * The part of the hook budget that is kept for Nest's own hooks and dispose when everything before took its full share.
 */
const NEST_SHARE = 0.2;

/** How long the hooks of a phase may take together when nothing before took more than its share. */
export function hookShareMs(settings: Settings, phase: HookPhase): number {
  const { budgetMs, hookBudgetMs, drainTimeoutMs } = settings;
  switch (phase) {
    case 'lame-duck':
      return Math.min(lameDuckHooksMs(settings) + drainTimeoutMs, budgetMs - hookBudgetMs);
    case 'draining':
      return drainTimeoutMs;
    case 'closing':
    case 'stopped':
      return hookBudgetMs;
  }
}

/** How long the lame duck waits for its hooks. One that hangs does not keep the drain from its begin. */
export function lameDuckHooksMs({ lameDuck, hookBudgetMs }: ShutdownShares): number {
  return Math.max(lameDuck.maxMs, hookBudgetMs);
}

/** The budget of one shutdown, counted from the signal, and its shares. */
export class Budget {
  /** When the whole shutdown must be over. */
  readonly end: Deadline;
  /** The latest moment at which hooks may start: everything before ends here. */
  readonly beforeHooks: Deadline;
  /** When hooks must be over at the latest. */
  readonly hooksEnd: Deadline;
  /** From when on nothing waits for a hook of Nest any longer: what is left is for what it has left open. */
  readonly nestEnd: Deadline;

  constructor(
    private readonly clock: Clock,
    readonly shares: ShutdownShares,
    /** Monotonic milliseconds of the signal. */
    readonly startedAt = clock.now(),
  ) {
    this.end = new Deadline(clock, this.startedAt + shares.budgetMs);
    this.beforeHooks = this.end.before(shares.hookBudgetMs);
    this.hooksEnd = this.end.before(shares.hookBudgetMs * NEST_SHARE);
    this.nestEnd = this.end.before((shares.hookBudgetMs * NEST_SHARE) / 2);
  }

  get elapsedMs(): number {
    return this.clock.now() - this.startedAt;
  }

  /** The drain's share: its cap, counted from now, or everything that is left before the hooks. */
  drain(): Deadline {
    const { isDrainCapped, drainTimeoutMs } = this.shares;
    return isDrainCapped ? this.beforeHooks.within(drainTimeoutMs) : this.beforeHooks;
  }

  /** The share of hooks that run when all is over, counted from now: what is left, less a little for the end itself. */
  stopped(): Deadline {
    return this.nestEnd.within(this.shares.hookBudgetMs);
  }

  /** The closing hooks' share, counted from now. */
  hooks(): Deadline {
    return this.hooksEnd.within(this.shares.hookBudgetMs);
  }
}
