import { nextTurn } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { deferred } from '../deadline/deferred.js';
import { type Phase } from '../phase/phase.js';
import { type EndingKind, finalReport, reportSoFar } from './assemble-report.js';
import { attemptAll } from './attempt-all.js';
import { Budget, lameDuckHooksMs } from './budget.js';
import { isRouted, keepOutput, leave, tellOfCause, tellOfStart } from './first-tick.js';
import { LameDuckStage } from './lame-duck.js';
import { startProgressTicker, tellProgress } from './progress-ticker.js';
import { type SequenceParts, type Trigger } from './sequence-parts.js';
import { type ShutdownReport } from './shutdown-report.js';
import { namesOfAwaited } from './waiting-for.js';
import { fitShares, withTimeForHooks } from './time-shares.js';
import { watchUncaughtErrors } from './uncaught-errors.js';
import { EndableWaits, type WaitPhase } from './endable-waits.js';

/**
 * A shutdown, told in order: lame duck, drain, hooks; then Nest goes on with its own hooks, and `finish` closes the
 * books. A second start joins the one that runs.
 */
export class ShutdownSequence {
  #trigger: Trigger | undefined;
  #running: Promise<void> | undefined;
  #report: ShutdownReport | undefined;
  #budget: Budget;
  readonly #lameDuckStage: LameDuckStage;
  readonly #waits: EndableWaits;
  #disarm: () => void = () => undefined;
  readonly #cleanUp: (() => void)[] = [];

  constructor(private readonly parts: SequenceParts) {
    this.#budget = new Budget(parts.clock, parts.settings);
    this.#lameDuckStage = new LameDuckStage(parts);
    this.#waits = new EndableWaits(parts.clock, parts.events);
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

  /** Whether Nest is through with its hooks of the start. */
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

  /** What is being waited for, by name. */
  get waitingFor(): string[] {
    return namesOfAwaited(this.parts);
  }

  /** How many hooks there are to run, and how many of them have ended. */
  get hookCounts(): { readonly total: number; readonly done: number } {
    return this.parts.hooks.counts;
  }

  /**
   * Begins, or joins what has begun. Everything that must happen in the tick of the signal has happened when this
   * returns; the promise resolves, and never rejects, when everything in flight has ended and all hooks have run.
   */
  start(trigger: Trigger): Promise<void> {
    if (this.#running !== undefined) {
      this.#adopt(trigger);
      return this.#running;
    }
    // Set before anything is said of it: code that hears of the shutdown may start it again.
    const ended = deferred();
    this.#running = ended.promise;
    this.#begin(trigger);
    void this.#run().then(ended.resolve);
    return this.#running;
  }

  /** Nest has called its last hook: closes the books and says how it went. Later calls return the same report. */
  async finish(): Promise<ShutdownReport> {
    await this.parts.hooks.lateOnesEnded();
    if (this.#report === undefined) await this.#endUnawaited();
    // Node tells of an unhandled rejection at the end of a turn.
    await nextTurn();
    return this.#conclude({ isForced: false });
  }

  /** Ends the wait there is, the lame duck or the drain; the shutdown goes on. Returns which it was. */
  endWait(by: string): WaitPhase | undefined {
    return this.#waits.end(by);
  }

  /** Something will end the process in `afterMs`: everything that is still to come is fitted in before. */
  expectExit(exit: { readonly afterMs: number; readonly by: string }): void {
    const shares = fitShares(this.#budget.shares, this.#budget.elapsedMs + exit.afterMs);
    if (this.#report !== undefined || shares === this.#budget.shares) return;
    this.#budget = new Budget(this.parts.clock, shares, this.#budget.startedAt);
    this.#arm();
    const { startedAt, beforeHooks } = this.#budget;
    this.#waits.moveAhead({ 'lame-duck': startedAt + shares.lameDuck.maxMs, draining: beforeHooks.at });
    this.parts.events.emit({ type: 'exit-foreseen', ...exit, budgetMs: shares.budgetMs });
  }

  /** The process ends in the middle, because other code has called `process.exit`. */
  exitedBy(by: string): void {
    if (this.#report === undefined) this.parts.events.emit({ type: 'process-exited', by });
  }

  /** Ends the books where they are: at the deadline, or because other code called `process.exit`. */
  abandon(): ShutdownReport {
    return this.#conclude({ isForced: true });
  }

  /** Ends the books where they are: a second signal asks to end at once. */
  force(signal: NodeJS.Signals, exitCode: number): ShutdownReport {
    this.parts.events.emit({ type: 'signal-repeated', signal });
    return this.#conclude({ isForced: true, exitCode });
  }

  /** Waits for `event`, for `ms` or until the budget is used up at most. */
  async awaitAtMost(ms: number, event: Promise<void>): Promise<void> {
    await this.#budget.end.within(ms).settle(event);
  }

  /** Everything that happens in the tick of the signal. */
  #begin(trigger: Trigger): void {
    const { clock, settings, events, hooks, drain, state } = this.parts;
    this.#trigger = trigger;
    state.moveTo('leaving');
    const { delayMs = 0, reason } = trigger;
    this.#budget = new Budget(clock, withTimeForHooks(settings, delayMs), clock.now() - delayMs);
    // Before anything else: whatever fails in this tick, the process ends in time.
    this.#arm();
    this.#cleanUp.push(
      startProgressTicker(clock, () => this.#tellProgress()),
      () => this.#disarm(),
      watchUncaughtErrors((origin, error) => events.emit({ type: 'error-uncaught', origin, error })),
    );
    attemptAll(events, [
      () => this.#cleanUp.push(keepOutput(this.parts, trigger)),
      () => hooks.begin(reason, () => this.#budget.end.within(this.#budget.shares.hookBudgetMs)),
      () => drain.begin(),
      ...tellOfStart(this.parts, trigger),
      ...leave(this.parts, trigger),
      () => (this.#mayLeaveStart() ? this.#enter('lame-duck') : undefined),
      // The code that began it may end the wait in the same tick.
      () => (this.#mayLeaveStart() && this.#hasLameDuck() ? this.#waits.begin('lame-duck') : undefined),
    ]);
  }

  #arm(): void {
    this.#disarm();
    this.#disarm = this.#budget.end.onReached(() => this.#passDeadline());
  }

  async #run(): Promise<void> {
    await this.#guard(() => this.#awaitStart());
    await this.#guard(() => this.#lameDuck());
    await this.#guard(() => this.#drain());
    await this.#guard(() => this.#close());
  }

  /** What goes wrong in one step, ours or of something we call, is reported and stops no later one. */
  async #guard(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.parts.events.emit({ type: 'error-uncaught', origin: 'shutdown', error });
    }
  }

  /** Nothing is destroyed under a running `onModuleInit`: when that outlives the budget, the process ends instead. */
  async #awaitStart(): Promise<void> {
    const { startUp, events, phases } = this.parts;
    if (this.#mayLeaveStart()) return;
    events.emit({ type: 'boot-awaited' });
    await startUp.settled;
    if (phases.current === 'starting') this.#enter('lame-duck');
  }

  /** Closing an application by hand waits for no start: that may have failed, which Nest tells no module. */
  #mayLeaveStart(): boolean {
    return this.parts.startUp.hasSettled || !this.endsProcess || this.#trigger?.hasNothingStarted === true;
  }

  /** Keeps serving, so that routers can look elsewhere, while hooks stop what pulls work in. */
  async #lameDuck(): Promise<void> {
    const { beforeHooks: deadline, shares } = this.#budget;
    const limit = deadline.within(lameDuckHooksMs(shares));
    const intakeStopped = this.#stopPulling(limit);
    const hooksRun = this.parts.hooks.run('lame-duck', limit);
    const isSkipped = !this.#hasLameDuck();
    const isAsked = (): boolean => this.#waits.isAsked('lame-duck');
    const limited = isSkipped ? deadline : deadline.limitedBy(this.#waits.begin('lame-duck'));
    await this.#lameDuckStage.run(limited, { isSkipped, lameDuck: shares.lameDuck, isAsked });
    this.#waits.over();
    if (isRouted(this.parts, this.#trigger)) this.parts.sources.afterLameDuck();
    await Promise.all([hooksRun, intakeStopped]);
  }

  #hasLameDuck(): boolean {
    const { settings, sources } = this.parts;
    return isRouted(this.parts, this.#trigger) && (settings.lameDuck.isExplicit || sources.isListening);
  }

  /** What this service pulls, other instances can pull: from now on it takes no more of it in. */
  async #stopPulling(deadline: Deadline): Promise<void> {
    const { settings, sources } = this.parts;
    if (settings.enabled) await sources.stopIntake('lame-duck', deadline);
  }

  /** Takes no more, and waits for what is in flight. */
  async #drain(): Promise<void> {
    const { settings, drain, hooks } = this.parts;
    this.#enter('draining');
    const deadline: Deadline = this.#budget.drain();
    const drainHooks = hooks.run('draining', deadline);
    const limited = deadline.limitedBy(this.#waits.begin('draining'));
    if (settings.enabled) await drain.run(limited, { endsProcess: () => this.endsProcess });
    this.#waits.over();
    await drainHooks;
  }

  /** Hooks in the order of their priorities; then it is Nest's turn. */
  async #close(): Promise<void> {
    const { hooks, sources } = this.parts;
    this.#enter('closing');
    const deadline = this.#budget.hooks();
    await hooks.run('closing', deadline, () => this.#tellBeforeLogs());
    await sources.afterHooks(deadline);
  }

  /** What is known before logs are closed, since the last line may not get out any more. */
  #tellBeforeLogs(): void {
    this.parts.beforeLogs(reportSoFar(this.parts, this.#trigger));
  }

  #enter(phase: Phase): void {
    const { phases, events } = this.parts;
    // An app.close() whose budget was used up goes on, but its books are closed.
    if (phases.current === 'stopped') return;
    events.emit({ type: 'phase-changed', phase });
    phases.moveTo(phase);
  }

  /** A signal during `app.close()` means that the process is to end after it. */
  #adopt(trigger: Trigger): void {
    if (this.#trigger === undefined || this.#report !== undefined) return;
    const { signal, exitCode } = trigger;
    if (exitCode !== undefined) this.#trigger = { exitCode, ...this.#trigger };
    tellOfCause(this.parts.events, trigger);
    if (this.endsProcess || signal === undefined) return;
    this.#trigger = { ...this.#trigger, signal };
    this.parts.recorder.addSignal(signal);
  }

  #tellProgress(): void {
    const { phases, events } = this.parts;
    const { elapsedMs } = this.#budget;
    tellProgress(events, { phase: phases.current, elapsedMs, remainingMs: this.remainingMs, names: this.waitingFor });
  }

  #passDeadline(): void {
    this.parts.events.emit({ type: 'deadline-passed', waitingFor: this.waitingFor });
  }

  #conclude(ending: EndingKind): ShutdownReport {
    if (this.#report !== undefined) return this.#report;
    for (const undo of this.#cleanUp.splice(0)) undo();
    if (ending.isForced) this.#lameDuckStage.force();
    const { events, nest, onReport } = this.parts;
    const report = finalReport(this.parts, this.#trigger, ending);
    this.#report = report;
    nest.leave();
    attemptAll(events, [() => this.#enter('stopped'), () => onReport(report)]);
    return report;
  }

  /** Ends what the drain has not waited for, once hooks have had their time to do so. */
  async #endUnawaited(): Promise<void> {
    const { sources } = this.parts;
    await sources.finish(this.#budget.end);
    sources.destroy();
  }
}
