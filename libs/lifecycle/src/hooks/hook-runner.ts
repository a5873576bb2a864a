import { isObservable } from 'rxjs';
import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type EventStream } from '../events/event-stream.js';
import { Waits } from '../waits/waits.js';
import { type Hook, LOGS_PRIORITY } from './hook.js';
import { type ShutdownContext } from './shutdown-context.js';

/** A hook that has been called and has not ended. */
export interface RunningHook extends Pick<Hook, 'name' | 'phase' | 'priority'> {
  readonly durationMs: number;
}

/** What hooks are run for. */
export interface Occasion {
  readonly reason: string;
  /** Asked when a hook's turn comes: it may have been undone while others ran. */
  readonly isWanted: (hook: Hook) => boolean;
  /** Called for each hook just before it is. */
  readonly onStart: (hook: Hook) => void;
  /** What a group waits for before it starts: what the group before has left running. */
  readonly ready: () => Promise<void>;
  /** Called before the first of the hooks that close logs. */
  readonly beforeLogs?: () => void;
}

/** One run of a hook. */
interface Run {
  readonly startedAt: number;
  /** Whether no other hook has run at the same time. */
  isAlone: boolean;
}

/** Even a hook whose turn comes when the time is up gets this long, unless it asked for less. */
const LEAST_MS = 100;

/** Runs hooks: groups one after the other, a group's hooks in parallel. No hook stops another. */
export class HookRunner {
  readonly #running = new Map<Hook, Run>();

  constructor(
    private readonly clock: Clock,
    private readonly events: EventStream,
    private readonly waits = new Waits(clock),
  ) {}

  /** The hooks that run right now, and for how long they have. */
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
  async run(groups: readonly (readonly Hook[])[], deadline: Deadline, occasion: Occasion): Promise<void> {
    for (const [index, group] of groups.entries()) {
      const share = deadline.before(reserveMs(deadline.remainingMs, groups.length - index - 1));
      const run = (hook: Hook): Promise<void> =>
        this.runOne(hook, hook.timeoutMs === undefined ? share : share.within(hook.timeoutMs), occasion);
      await share.settle(occasion.ready());
      if (closesLogs(group)) occasion.beforeLogs?.();
      await Promise.all(group.filter((hook) => occasion.isWanted(hook)).map(run));
    }
  }

  /** Runs one hook within a deadline. Never rejects. */
  async runOne(hook: Hook, deadline: Deadline, { reason, onStart }: Occasion): Promise<void> {
    const startedAt = this.clock.now();
    const leastMs = Math.min(LEAST_MS, hook.timeoutMs ?? LEAST_MS);
    const limit = deadline.remainingMs < leastMs ? deadline.after(leastMs) : deadline;
    const cancel = new AbortController();
    const context: ShutdownContext = {
      signal: cancel.signal,
      remainingMs: limit.remainingMs,
      reason,
      phase: hook.phase,
    };
    const run: Run = { startedAt, isAlone: this.#running.size === 0 };
    for (const other of this.#running.values()) other.isAlone = false;
    this.#running.set(hook, run);
    onStart(hook);
    const allowedMs = context.remainingMs;
    const work = this.waits.run(hook.name, () => call(hook, context));
    const hasBlockedAtOnce = limit.isPast;
    const settled = await limit.settle(work);
    this.#running.delete(hook);
    const { name, phase, priority } = hook;
    const durationMs = this.clock.now() - startedAt;
    const facts = { type: 'hook-settled', name, phase, priority, durationMs } as const;
    if (settled.how === 'failed') return this.events.emit({ ...facts, result: 'failed', error: settled.error });
    // A hook that blocks the event loop keeps the timer of its own deadline from firing. Of several it is not known which.
    const isLate = settled.how === 'late' || hasBlockedAtOnce || (run.isAlone && limit.isPast);
    if (!isLate) return this.events.emit({ ...facts, result: 'done' });
    const tookMs = settled.how === 'late' ? undefined : durationMs;
    const error = new LifecycleError('HOOK_TIMED_OUT', lateness(name, allowedMs, tookMs));
    cancel.abort(error);
    this.events.emit({ ...facts, result: 'timed-out', error });
  }
}

/** `tookMs` is known of a hook that has ended all the same, and kept its timer from firing. */
function lateness(name: string, allowedMs: number, tookMs: number | undefined): string {
  const within = `${name} did not finish within ${formatDuration(allowedMs)}`;
  if (tookMs === undefined) return `${within}.`;
  return `${within}: it took ${formatDuration(tookMs)}, with the event loop blocked, so that nothing else could run.`;
}

/** Whether a group is of those that close logs, by the priority that is for them. */
function closesLogs([first]: readonly Hook[]): boolean {
  return first !== undefined && first.priority >= LOGS_PRIORITY;
}

/** What a group leaves to the groups behind it, so that one that hangs does not starve them: a tenth each, half at most. */
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
