import { type Clock } from '../deadline/clock.js';
import { type Deadline, type Settled } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type EventStream } from '../events/event-stream.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { Waits } from '../waits/waits.js';
import { type Hook, LOGS_PRIORITY } from './hook.js';
import { isObservable } from './observable.js';
import { type ShutdownContext } from './shutdown-context.js';

/** A hook that has been called and has not ended. */
export interface RunningHook extends Pick<Hook, 'name' | 'phase' | 'priority'> {
  readonly durationMs: number;
}

/** What the shutdown passes with the hooks to run. */
export interface RunOptions {
  readonly reason: string;
  /** Asked when a hook's turn comes: it may have been unregistered while others ran. */
  readonly isWanted: (hook: Hook) => boolean;
  /** Called for each hook just before it runs. */
  readonly onStart: (hook: Hook) => void;
  /** A group waits for this before it starts: tasks that the group before has left running. */
  readonly ready: () => Promise<void>;
  /** Called before the first hook that closes logs. */
  readonly beforeLogs?: () => void;
  /** What hooks of the phase `stopped` get. */
  readonly report?: ShutdownReport | undefined;
  /**
   * Until when a hook may run that has begun within the share of its phase, unless its own timeout is shorter. The groups behind
   * it begin as ever. Default: no longer than that share.
   */
  readonly runOn?: RunOn | undefined;
}

/** Hooks that may run longer than the share of their phase. */
export interface RunOn {
  readonly deadline: Deadline;
  /** Told of each run. */
  readonly began: (run: Promise<void>) => void;
}

/** One run of a hook. */
interface Run {
  readonly startedAt: number;
  /** Whether no other hook has run at the same time. */
  isAlone: boolean;
}

/** A run that has ended, or whose time is up. */
interface EndedRun {
  readonly settled: Settled<unknown>;
  readonly run: Run;
  readonly limit: Deadline;
  readonly hasBlockedAtOnce: boolean;
}

/** How a hook has ended. */
interface HookOutcome {
  readonly result: 'done' | 'failed' | 'timed-out';
  readonly error?: unknown;
}

/** A hook that has timed out and still runs. */
interface LateHook extends Pick<Hook, 'name' | 'phase'> {
  readonly startedAt: number;
}

/** A hook whose turn comes when the time is up still gets this long, unless its own timeout is shorter. */
const LEAST_MS = 100;

/** Runs hooks: groups one after the other, the hooks of a group in parallel. A hook that fails stops no other one. */
export class HookRunner {
  readonly #running = new Map<Hook, Run>();

  constructor(
    private readonly clock: Clock,
    private readonly events: EventStream,
    private readonly waits = new Waits(clock),
    /** Called around each hook, in the tick in which it starts. */
    private readonly within: <T>(hook: Hook, run: () => T) => T = (_hook, run) => run(),
  ) {}

  /** The hooks that run right now, and for how long they have run. */
  get running(): readonly RunningHook[] {
    const now = this.clock.now();
    return [...this.#running].map(([{ name, phase, priority }, { startedAt }]) => ({
      name,
      phase,
      priority,
      durationMs: now - startedAt,
    }));
  }

  /** Runs the groups in order. Never rejects; every outcome is an event. */
  async run(groups: readonly (readonly Hook[])[], deadline: Deadline, options: RunOptions): Promise<void> {
    for (const [index, group] of groups.entries()) {
      const share = deadline.before(reserveMs(deadline.remainingMs, groups.length - index - 1));
      const limit = options.runOn?.deadline ?? share;
      const run = (hook: Hook): Promise<void> => this.runOne(hook, limitOf(hook, limit), options);
      await share.settle(options.ready());
      if (closesLogs(group)) options.beforeLogs?.();
      const runs = group.filter((hook) => options.isWanted(hook)).map(run);
      if (options.runOn === undefined) await Promise.all(runs);
      else await runOn(runs, share, options.runOn);
    }
  }

  /** Runs one hook within a deadline. Never rejects. */
  async runOne(hook: Hook, deadline: Deadline, { reason, onStart, report }: RunOptions): Promise<void> {
    const startedAt = this.clock.now();
    const leastMs = Math.min(LEAST_MS, hook.timeoutMs ?? LEAST_MS);
    const limit = deadline.remainingMs < leastMs ? deadline.after(leastMs) : deadline;
    const cancel = new AbortController();
    const { signal } = cancel;
    const { remainingMs: allowedMs } = limit;
    const context: ShutdownContext = { signal, remainingMs: allowedMs, reason, phase: hook.phase, report };
    const run: Run = { startedAt, isAlone: this.#running.size === 0 };
    for (const other of this.#running.values()) other.isAlone = false;
    this.#running.set(hook, run);
    onStart(hook);
    const { name, phase, priority } = hook;
    this.events.emit({ type: 'hook-started', name, phase, priority, allowedMs });
    const work = this.waits.run(hook.name, () => this.within(hook, () => call(hook, context)));
    const hasBlockedAtOnce = limit.isPast;
    const settled = await limit.settle(work);
    this.#running.delete(hook);
    const durationMs = this.clock.now() - startedAt;
    const facts = { type: 'hook-settled', name, phase, priority, durationMs } as const;
    const tell = (outcome: HookOutcome): void => {
      this.events.emit({ ...facts, ...outcome });
      hook.resource?.settled({ durationMs, ...outcome });
    };
    if (settled.how === 'failed') return tell({ result: 'failed', error: settled.error });
    if (!isLate({ settled, run, limit, hasBlockedAtOnce })) return tell({ result: 'done' });
    const tookMs = settled.how === 'late' ? undefined : durationMs;
    const error = new LifecycleError('HOOK_TIMED_OUT', lateness(name, allowedMs, tookMs));
    cancel.abort(error);
    tell({ result: 'timed-out', error });
    if (tookMs === undefined) this.#awaitLate(work, { name, phase, startedAt });
  }

  /** The hook has timed out and still runs: tells when it ends. */
  #awaitLate(work: Promise<unknown>, { startedAt, ...hook }: LateHook): void {
    const tell = (failure: { readonly error?: unknown }): void =>
      this.events.emit({ type: 'hook-ended-late', ...hook, durationMs: this.clock.now() - startedAt, ...failure });
    work.then(
      () => tell({}),
      (error: unknown) => tell({ error }),
    );
  }
}

/** When a hook is given up: its own timeout caps what it has. */
export function limitOf({ timeoutMs }: Hook, deadline: Deadline): Deadline {
  return timeoutMs === undefined ? deadline : deadline.within(timeoutMs);
}

/** Waits for the hooks of a group, but no longer than their share. */
async function runOn(runs: readonly Promise<void>[], share: Deadline, { began }: RunOn): Promise<void> {
  for (const run of runs) began(run);
  if (runs.length > 0) await share.settle(Promise.all(runs));
}

/**
 * A hook that blocks the event loop keeps the timer of its deadline from firing. With several hooks it is not known which one
 * did.
 */
function isLate({ settled, run, limit, hasBlockedAtOnce }: EndedRun): boolean {
  return settled.how === 'late' || hasBlockedAtOnce || (run.isAlone && limit.isPast);
}

/** `tookMs` is set for a hook that has ended, and that kept its timer from firing. */
function lateness(name: string, allowedMs: number, tookMs: number | undefined): string {
  const within = `${name} did not finish within ${formatDuration(allowedMs)}`;
  if (tookMs === undefined) return `${within}.`;
  return `${within}: it took ${formatDuration(tookMs)}, with the event loop blocked, so that nothing else could run.`;
}

/** Whether the hooks of a group close logs, by their priority. */
function closesLogs([first]: readonly Hook[]): boolean {
  return first !== undefined && first.priority >= LOGS_PRIORITY;
}

/**
 * The time that a group leaves for the groups after it, so that one that hangs does not use it all: a tenth each, half
 * at most.
 */
function reserveMs(remainingMs: number, groupsBehind: number): number {
  return Math.min(remainingMs / 2, (remainingMs / 10) * groupsBehind);
}

async function call(hook: Hook, context: ShutdownContext): Promise<unknown> {
  const result = await hook.run(context);
  if (!isObservable(result)) return result;
  return new Promise((resolve, reject) => {
    const subscription = result.subscribe({ complete: () => resolve(undefined), error: reject });
    context.signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
  });
}
