import { nextTurn } from '../deadline/clock.js';
import { Hold } from './hold.js';
import { deferred } from '../deadline/deferred.js';
import { type Phase } from '../phase/phase.js';
import { type EndingKind, finalReport, tellEnding } from './assemble-report.js';
import { attempt, attemptAll } from './attempt-all.js';
import { Budget } from './budget.js';
import { announceLeaving, announceStart, isForGood, keepOutput, mayLeaveStart, reportCause } from './first-tick.js';
import { hasLameDuck, LameDuckStep } from './lame-duck-step.js';
import { startProgressTicker, reportProgress } from './progress-ticker.js';
import { ResourceStage } from './resource-stage.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { closeTelemetry, runStoppedHooks } from './last-stages.js';
import { namesOfAwaited, watchLoop } from './waiting-for.js';
import { fitShares, withTimeForHooks } from './time-shares.js';
import { watchUncaughtErrors } from './uncaught-errors.js';
import { type Drain } from './drain.js';
import { EndableWaits, type WaitPhase } from './endable-waits.js';

/**
 * A shutdown in order: lame duck, drain, hooks. Then Nest runs its own hooks, and `finish` makes the report. A second
 * `start` joins the shutdown that runs.
 */
export class ShutdownSequence {
  #trigger: Trigger | undefined;
  #running: Promise<void> | undefined;
  #report: ShutdownReport | undefined;
  #finishing: Promise<ShutdownReport> | undefined;
  #budget: Budget;
  readonly #lameDuck: LameDuckStep;
  readonly #waits: EndableWaits;
  /** Behind a drain that was asked for alone. */
  readonly #hold: Hold;
  readonly #drained = deferred();
  /** Resolves once the drain is over. */
  readonly whenDrained = this.#drained.promise;
  #disarm: () => void = () => undefined;
  readonly #cleanUp: (() => void)[] = [];
  readonly #resources: ResourceStage;

  constructor(private readonly parts: SequenceParts) {
    this.#budget = new Budget(parts.clock, parts.settings);
    this.#lameDuck = new LameDuckStep(parts);
    this.#waits = new EndableWaits(parts.clock, parts.events);
    this.#hold = new Hold(parts.clock);
    this.#resources = new ResourceStage(parts, this);
  }

  /** Whether the shutdown has begun. True in the tick of the signal. */
  get hasBegun(): boolean {
    return this.parts.state.hasBegun;
  }

  /** Whether there is an application to stop: Nest has begun to initialise it, and did not fail. */
  get hasStarted(): boolean {
    const { hasBegun, hasFailed } = this.parts.startUp;
    return hasBegun && !hasFailed;
  }

  /** Whether Nest has run its start hooks. */
  get isStartSettled(): boolean {
    return this.parts.startUp.hasSettled;
  }

  /** Whether the process is to end with it. */
  get endsProcess(): boolean {
    return this.#trigger?.signal !== undefined;
  }

  get report(): ShutdownReport | undefined {
    return this.#report;
  }

  /** Milliseconds until the budget is used up; the whole budget before the shutdown. */
  get remainingMs(): number {
    return this.hasBegun ? this.#budget.end.remainingMs : this.parts.settings.budgetMs;
  }

  /** Whether the drain was asked for alone: nothing has asked for the end yet. */
  get isDrainAlone(): boolean {
    return this.#trigger?.isDrain === true && !this.#hold.isReleased;
  }

  /** Milliseconds from the signal to the report, or until now; 0 before. */
  get elapsedMs(): number {
    return this.#report?.durationMs ?? (this.hasBegun ? this.#budget.elapsedMs : 0);
  }

  /** The drain, to be asked how far it is. */
  get drain(): Pick<Drain, 'drained' | 'intakeStopped'> {
    return this.parts.drain;
  }

  /** The names of what is being waited for. */
  get waitingFor(): string[] {
    return namesOfAwaited(this.parts);
  }

  /** How many hooks there are to run, and how many of them have ended. */
  get hookCounts(): { readonly total: number; readonly done: number } {
    return this.parts.hooks.counts;
  }

  /**
   * Begins the shutdown, or joins the one that has begun. Everything that must happen in the tick of the signal has
   * happened when this returns. The promise never rejects. It resolves when everything in flight has ended and all
   * hooks have run.
   */
  start(trigger: Trigger): Promise<void> {
    if (this.#running !== undefined) {
      this.#adopt(trigger);
      this.#release(trigger);
      return this.#running;
    }
    // Set before the first event: its listeners may call `start` again.
    const ended = deferred();
    this.#running = ended.promise;
    this.#begin(trigger);
    void this.#run().then(ended.resolve);
    return this.#running;
  }

  /** Nest has run its last hook: makes the report and publishes it. Later calls return the same report. */
  finish(): Promise<ShutdownReport> {
    return (this.#finishing ??= this.#finish());
  }

  async #finish(): Promise<ShutdownReport> {
    await this.parts.hooks.lateOnesEnded();
    const isOver = (): boolean => this.#report !== undefined;
    if (!isOver()) await this.#resources.endRemaining(this.#budget.end, isOver);
    // Node reports an unhandled rejection at the end of a turn.
    await nextTurn();
    const { endsProcess } = this;
    const trigger = this.#trigger;
    const enter = (): void => this.#enter('stopped');
    if (this.#report === undefined)
      await runStoppedHooks(this.parts, { trigger, deadline: this.#budget.stopped(), enter });
    await closeTelemetry(this.parts, { trigger, deadline: this.#budget.end, isOver, endsProcess });
    if (this.#report !== undefined) return this.#report;
    const report = this.#conclude({ isForced: false });
    await this.parts.telemetry.afterReport({ deadline: this.#budget.end, endsProcess: this.endsProcess });
    return report;
  }

  /** Ends the lame duck and the drain, now or when they begin: what is in flight is interrupted, and cut. */
  cutShort(by: string): void {
    this.#waits.endAll(by);
  }

  /** Ends the current wait, the lame duck or the drain; the shutdown goes on. Returns which wait it was. */
  endWait(by: string): WaitPhase | undefined {
    return this.#waits.end(by);
  }

  /** Something will end the process in `afterMs`: the rest of the shutdown is planned to end before that. */
  expectExit(exit: { readonly afterMs: number; readonly by: string }): void {
    const shares = fitShares(this.#budget.shares, this.#budget.elapsedMs + exit.afterMs);
    if (this.#report !== undefined || shares === this.#budget.shares) return;
    this.#budget = new Budget(this.parts.clock, shares, this.#budget.startedAt);
    this.#arm();
    const { startedAt, beforeHooks } = this.#budget;
    this.#waits.moveAhead({ 'lame-duck': startedAt + shares.lameDuck.maxMs, draining: beforeHooks.at });
    this.parts.events.emit({ type: 'exit-foreseen', ...exit, budgetMs: shares.budgetMs });
  }

  /** Other code has called `process.exit` during the shutdown. */
  exitedBy(by: string): void {
    if (this.#report === undefined) this.parts.events.emit({ type: 'process-exited', by });
  }

  /** Makes the report now: at the deadline, or because other code called `process.exit`. */
  abandon(): ShutdownReport {
    return this.#conclude({ isForced: true });
  }

  /** Makes the report now: a second signal asks to end at once. */
  force(signal: NodeJS.Signals, exitCode: number): ShutdownReport {
    this.parts.events.emit({ type: 'signal-repeated', signal });
    return this.#conclude({ isForced: true, exitCode });
  }

  /** Waits for `event`; at most `ms`, and at most until the budget is used up. */
  async awaitAtMost(ms: number, event: Promise<void>): Promise<void> {
    await this.#budget.end.within(ms).settle(event);
  }

  /** Everything that happens in the tick of the signal. */
  #begin(trigger: Trigger): void {
    const { clock, settings, events, hooks, drain, state, resources } = this.parts;
    this.#trigger = trigger;
    state.moveTo('leaving');
    const { delayMs = 0, reason } = trigger;
    this.#budget = new Budget(clock, withTimeForHooks(settings, delayMs), clock.now() - delayMs);
    // First of all: the process ends in time, even if one of the steps below fails.
    // A drain alone ends nothing.
    if (trigger.isDrain !== true) this.#arm();
    this.#cleanUp.push(
      startProgressTicker(clock, () => this.#reportProgress()),
      () => this.#disarm(),
      watchUncaughtErrors((origin, error) => events.emit({ type: 'error-uncaught', origin, error })),
    );
    attemptAll(events, [
      () => this.#cleanUp.push(keepOutput(this.parts, trigger), resources.watch()),
      () => this.#cleanUp.push(watchLoop(this.parts, trigger, this.#budget.end.remainingMs)),
      () => hooks.begin(reason, () => this.#budget.end.within(this.#budget.shares.hookBudgetMs)),
      () => drain.begin(),
      ...announceStart(this.parts, trigger),
      ...announceLeaving(this.parts, trigger),
      () => (mayLeaveStart(this.parts, this.#trigger) ? this.#beginLameDuck() : undefined),
    ]);
  }

  /** After the events: the code that began the shutdown may call `endWait()` in the same tick. */
  #beginLameDuck(): void {
    this.#enter('lame-duck');
    if (hasLameDuck(this.parts, this.#trigger)) this.#waits.begin('lame-duck');
  }

  #arm(): void {
    this.#disarm();
    const pass = (): void => this.parts.events.emit({ type: 'deadline-passed', waitingFor: this.waitingFor });
    const { end, nestEnd } = this.#budget;
    const undo = [nestEnd.onReached(() => void this.#resources.closeBesideNest(end)), end.onReached(pass)];
    this.#disarm = (): void => attemptAll(this.parts.events, undo);
  }

  async #run(): Promise<void> {
    const { events } = this.parts;
    await attempt(events, () => this.#awaitStart());
    const lameDuck = (): Promise<void> =>
      this.#lameDuck.run({ budget: this.#budget, waits: this.#waits, trigger: this.#trigger });
    await attempt(events, lameDuck);
    await attempt(events, () => this.#drain());
    this.#drained.resolve();
    if (this.isDrainAlone) await this.#hold.wait();
    await attempt(events, () => this.#close());
  }

  /**
   * Waits until Nest has run its start hooks: nothing is destroyed under a running `onModuleInit`. If that outlives the
   * budget, the process ends instead.
   */
  async #awaitStart(): Promise<void> {
    const { startUp, events, phases } = this.parts;
    if (mayLeaveStart(this.parts, this.#trigger)) return;
    events.emit({ type: 'boot-awaited' });
    await startUp.settled;
    if (phases.current === 'starting') this.#enter('lame-duck');
  }

  /** Stops taking requests, and waits for what is in flight. */
  async #drain(): Promise<void> {
    const { settings, drain, hooks, coordination } = this.parts;
    this.#enter('draining');
    const deadline = this.#budget.drain();
    const drainHooks = hooks.run('draining', deadline);
    const limited = deadline.limitedBy(this.#waits.begin('draining'));
    const alsoAwaited = this.#lameDuck.hooks.drain(deadline, limited, () => this.#budget.beforeHooks.at);
    if (settings.enabled) await drain.run(limited, { endsProcess: () => isForGood(this.#trigger), alsoAwaited });
    await limited.settle(alsoAwaited);
    this.#waits.over();
    await Promise.all([drainHooks, alsoAwaited]);
    await coordination.free(this.#budget.hooksEnd);
  }

  /** Runs the closing hooks in the order of their priorities. Nest's own hooks come after that. */
  async #close(): Promise<void> {
    const { hooks, sources } = this.parts;
    this.#enter('closing');
    const deadline = this.#budget.hooks();
    // What is known is logged before logs are closed, because the last line may not be written any more.
    const beforeLogs = (): void => tellEnding(this.parts, this.#trigger);
    await hooks.run('closing', deadline, { beforeLogs });
    await sources.afterHooks(deadline);
  }

  #enter(phase: Phase): void {
    const { phases, events } = this.parts;
    // An app.close() whose budget was used up goes on, but its report has been made.
    if (phases.current === 'stopped') return;
    events.emit({ type: 'phase-changed', phase });
    phases.moveTo(phase);
  }

  /** A signal during `app.close()`: the process is to end after it. */
  #adopt(trigger: Trigger): void {
    if (this.#trigger === undefined || this.#report !== undefined) return;
    const { signal, exitCode } = trigger;
    if (exitCode !== undefined) this.#trigger = { exitCode, ...this.#trigger };
    reportCause(this.parts.events, trigger);
    if (this.endsProcess || signal === undefined) return;
    this.#trigger = { ...this.#trigger, signal };
    this.parts.events.emit({ type: 'signal-joined', signal });
  }

  /** The end is asked for, behind a drain alone. It has the rest of the budget, or one of its own once that is used up. */
  #release(trigger: Trigger): void {
    if (trigger.isDrain === true || !this.isDrainAlone || this.#report !== undefined) return;
    const { clock, settings, events } = this.parts;
    const isUsedUp = this.#budget.beforeHooks.isPast;
    const uncountedMs = isUsedUp ? this.#budget.elapsedMs : this.#hold.heldMs;
    if (isUsedUp) this.#budget = new Budget(clock, settings);
    this.#arm();
    this.#cleanUp.push(keepOutput(this.parts, { ...trigger, ...this.#trigger }));
    events.emit({ type: 'drain-left', uncountedMs });
    this.#hold.release();
  }

  #reportProgress(): void {
    if (this.#hold.isHolding) return;
    const { elapsedMs, remainingMs, waitingFor: names } = this;
    reportProgress(this.parts.events, { phase: this.parts.phases.current, elapsedMs, remainingMs, names });
  }

  #conclude(ending: EndingKind): ShutdownReport {
    if (this.#report !== undefined) return this.#report;
    for (const undo of this.#cleanUp.splice(0)) undo();
    if (ending.isForced) this.#lameDuck.force();
    const { events, host, phases, sources, state } = this.parts;
    const report = finalReport(this.parts, this.#trigger, ending);
    this.#report = report;
    // The process has still to write it: what is left is told that it ends, and what comes meanwhile, which no report names, is refused.
    if (ending.isForced && !state.isDrained) sources.end();
    host.leave();
    attemptAll(events, [() => this.#enter('stopped'), () => phases.end()]);
    events.emit({ type: 'shutdown-ended', report });
    return report;
  }
}
