import { type Deadline } from '../deadline/deadline.js';
import { type Hook, type HookPhase } from '../hooks/hook.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { type TaskTracker } from '../tasks/task-tracker.js';
import { type HookRegistry } from '../hooks/hook-registry.js';
import { type HookRunner, limitOf, type RunOptions, type RunningHook } from '../hooks/hook-runner.js';

/** What the hooks of a phase are run with. */
interface HookRun {
  readonly beforeLogs?: () => void;
  readonly report?: ShutdownReport;
  /** Until when hooks may run that have begun within the share of their phase. Default: no longer than that share. */
  readonly runOn?: Deadline;
}

/** The hooks of one shutdown: which have run, which still have to run, and which were added late. */
export class HookStage {
  readonly #waiting = new Set<Hook>();
  readonly #late = new Set<Promise<void>>();
  /** Runs that may outlive the share of their phase. */
  readonly #runningOn = new Set<Promise<void>>();
  readonly #runOn = new Map<HookPhase, Deadline>();
  #total = 0;
  #shutdown: { readonly reason: string; readonly lateDeadline: () => Deadline } | undefined;

  constructor(
    private readonly hooks: HookRegistry,
    private readonly runner: HookRunner,
    private readonly tasks: TaskTracker,
  ) {
    hooks.onAdded((hook, isPast) => this.#added(hook, isPast));
  }

  /** The hooks that run right now. */
  get running(): readonly RunningHook[] {
    return this.runner.running;
  }

  /** Hooks that have not been called (yet). */
  get waiting(): readonly Hook[] {
    return [...this.#waiting].filter((hook) => this.hooks.has(hook));
  }

  /** How many hooks there are to run, and how many of them have ended. */
  get counts(): { readonly total: number; readonly done: number } {
    if (this.#shutdown === undefined) return { total: this.hooks.size, done: 0 };
    const waiting = this.waiting.length;
    // Hooks that were unregistered before their turn do not count.
    const total = this.#total - this.#waiting.size + waiting;
    return { total, done: total - waiting - this.running.length };
  }

  /** The shutdown has begun. `lateDeadline` is for hooks that are added after their phase. */
  begin(reason: string, lateDeadline: () => Deadline): void {
    this.#shutdown = { reason, lateDeadline };
    for (const hook of this.hooks.plan()) this.#expect(hook);
  }

  /** Whether any hook of a phase is still to run. */
  hasAny(phase: HookPhase): boolean {
    return this.waiting.some((hook) => hook.phase === phase);
  }

  /**
   * Runs the hooks of a phase. Never rejects. `beforeLogs` is called once, before the first hook that closes logs; `report` is
   * what hooks of the phase `stopped` get.
   */
  run(phase: HookPhase, deadline: Deadline, { beforeLogs, report, runOn }: HookRun = {}): Promise<void> {
    let wasCalled = false;
    const callOnce = (): void => {
      if (!wasCalled) beforeLogs?.();
      wasCalled = true;
    };
    const longer = runOn && { deadline: runOn, began: (run: Promise<void>) => remember(this.#runningOn, run) };
    if (runOn !== undefined) this.#runOn.set(phase, runOn);
    const options = { ...this.#runOptions(), beforeLogs: callOnce, report, runOn: longer };
    return this.runner.run(this.hooks.take(phase), deadline, options);
  }

  /** Resolves once the hooks that were added late have ended. */
  async lateOnesEnded(): Promise<void> {
    // A late hook may add another one.
    while (this.#late.size > 0) await Promise.all(this.#late);
  }

  /** Resolves once those have ended that could outlive the share of their phase. */
  async thoseThatRunOnEnded(): Promise<void> {
    while (this.#runningOn.size > 0) await Promise.all(this.#runningOn);
  }

  /** A hook that is added during the shutdown waits for its turn; one whose phase is over runs at once. */
  #added(hook: Hook, isPast: boolean): void {
    if (this.#shutdown === undefined) return;
    this.#expect(hook);
    if (!isPast) return;
    const runOn = this.#runOn.get(hook.phase);
    const isInTime = runOn !== undefined && !runOn.isPast;
    const limit = limitOf(hook, isInTime ? runOn : this.#shutdown.lateDeadline());
    const run = this.runner.runOne(hook, limit, this.#runOptions());
    remember(this.#late, run);
    if (isInTime) remember(this.#runningOn, run);
  }

  #expect(hook: Hook): void {
    this.#total += 1;
    this.#waiting.add(hook);
  }

  #runOptions(): RunOptions {
    return {
      reason: this.#shutdown?.reason ?? '',
      isWanted: (hook) => this.hooks.has(hook),
      onStart: (hook) => this.#waiting.delete(hook),
      ready: () => this.tasks.lateOnesEnded(),
    };
  }
}

/** Keeps a run until it has ended. */
function remember(runs: Set<Promise<void>>, run: Promise<void>): void {
  runs.add(run);
  void run.then(() => runs.delete(run));
}
