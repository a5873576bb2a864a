import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type EventStream } from '../events/event-stream.js';
import { type Hook } from '../hooks/hook.js';
import { type HookRegistry } from '../hooks/hook-registry.js';
import { type HookRunner } from '../hooks/hook-runner.js';
import { type InFlightWork, toItem, withoutAnswered } from '../in-flight/in-flight-work.js';
import { type NestHookWatch } from '../nest/nest-hook-watch.js';
import { type Settings } from '../options/settings.js';
import { type Phase } from '../phase/phase.js';
import { type PhaseMachine } from '../phase/phase-machine.js';
import { type StartUp } from '../startup/start-up.js';
import { type TaskTracker } from '../tasks/task-tracker.js';
import { type HttpTraffic } from '../traffic/http-traffic.js';
import { type MessageServers } from '../traffic/message-servers.js';
import { Budget } from './budget.js';
import { waitOutLameDuck } from './lame-duck.js';
import { ProgressTicker } from './progress-ticker.js';
import { type ReportRecorder } from './report-recorder.js';
import { type ShutdownReport } from './shutdown-report.js';
import { watchUncaughtErrors } from './uncaught-errors.js';

/** Why the service stops. */
export interface Trigger {
  readonly reason: string;
  /** The process is to end, because of a signal or of something in its place. Without one, Nest is merely closing. */
  readonly signal?: NodeJS.Signals;
}

/** What the sequence works with; put together in `lifecycle.ts`. */
export interface SequenceParts {
  readonly clock: Clock;
  readonly settings: Settings;
  readonly phases: PhaseMachine;
  readonly startUp: StartUp;
  readonly inFlight: InFlightWork;
  readonly traffic: HttpTraffic;
  readonly messages: MessageServers;
  readonly tasks: TaskTracker;
  readonly hooks: HookRegistry;
  readonly runner: HookRunner;
  readonly nest: NestHookWatch;
  readonly events: EventStream;
  readonly recorder: ReportRecorder;
  /** Called once, when the report is there. */
  readonly onReport: (report: ShutdownReport) => void;
  /** Called when the budget of a shutdown that ends the process is used up. */
  readonly onDeadline: () => void;
}

/** How long answers that were cut short have to reach their clients. */
const FAREWELL_MS = 50;
/** How many names a progress line shows. */
const MOST_NAMES = 5;

/**
 * A shutdown, told in order: lame duck, drain, hooks; then Nest goes on with its own hooks, and `finish` closes the
 * books. Whoever starts it again joins the one that runs.
 */
export class ShutdownSequence {
  #trigger: Trigger | undefined;
  #budget: Budget | undefined;
  #running: Promise<void> | undefined;
  #report: ShutdownReport | undefined;
  #drained = 0;
  #hookTotal = 0;
  readonly #skipped = new Set<Hook>();
  readonly #late = new Set<Promise<void>>();
  readonly #cleanUp: (() => void)[] = [];

  constructor(private readonly parts: SequenceParts) {
    parts.hooks.onAdded((hook, isPast) => this.#hookAdded(hook, isPast));
  }

  /** Whether the shutdown has begun. True in the tick of the signal. */
  get hasBegun(): boolean {
    return this.#trigger !== undefined;
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
    return this.#budget?.end.remainingMs ?? this.parts.settings.budgetMs;
  }

  /** What is being waited for, by name. */
  get waitingFor(): string[] {
    const { phases, runner, nest, inFlight } = this.parts;
    const work = phases.current === 'draining' ? inFlight.snapshot(this.parts.clock.now()).items : [];
    return [...work.map(({ name }) => name), ...runner.running.map((name) => `hook ${name}`), ...nest.waitingFor];
  }

  /** How many hooks there are to run, and how many of them have ended. */
  get hookCounts(): { readonly total: number; readonly done: number } {
    const open = this.#skipped.size + this.parts.runner.running.length;
    return { total: this.#hookTotal, done: this.#hookTotal - open };
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
    this.#begin(trigger);
    this.#running = this.#run();
    return this.#running;
  }

  /** Nest has called its last hook: closes the books and says how it went. Later calls return the same report. */
  async finish(): Promise<ShutdownReport> {
    await Promise.all(this.#late);
    return this.#conclude({ isForced: false });
  }

  /** Resolves after `ms`, or when the budget is used up. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#end.within(ms).onReached(resolve);
    });
  }

  /** Ends the books where they are: a second signal, the deadline, or somebody else's `process.exit`. */
  abandon(exitCode?: number): ShutdownReport {
    return this.#conclude(exitCode === undefined ? { isForced: true } : { isForced: true, exitCode });
  }

  #begin(trigger: Trigger): void {
    const { clock, settings, events, inFlight, startUp, traffic, hooks } = this.parts;
    this.#trigger = trigger;
    const budget = new Budget(clock, settings);
    this.#budget = budget;
    for (const hook of hooks.plan()) this.#expect(hook);
    this.#drained = -inFlight.ended;
    const { total } = inFlight.snapshot(clock.now());
    const { reason, signal } = trigger;
    events.emit({ type: 'shutdown-started', reason, signal, inFlight: total, budgetMs: settings.budgetMs });
    if (settings.enabled) traffic.leave();
    if (this.#mayLeaveStart(startUp)) this.#enter('lame-duck');
    const ticker = new ProgressTicker(clock, () => this.#tellProgress());
    this.#cleanUp.push(
      ticker.start(),
      budget.end.onReached(() => this.#passDeadline()),
      watchUncaughtErrors((origin, error) => events.emit({ type: 'error-uncaught', origin, error })),
    );
  }

  async #run(): Promise<void> {
    await this.#awaitStart();
    await this.#lameDuck();
    await this.#drain();
    await this.#close();
  }

  /** Nothing is destroyed under a running `onModuleInit`. The budget bounds the wait. */
  async #awaitStart(): Promise<void> {
    const { startUp, events, phases } = this.parts;
    if (this.#mayLeaveStart(startUp)) return;
    events.emit({ type: 'boot-awaited' });
    await this.#end.settle(startUp.settled);
    if (phases.current === 'starting') this.#enter('lame-duck');
  }

  /** Closing an application by hand waits for nobody: its start may have failed, which Nest tells no module. */
  #mayLeaveStart(startUp: StartUp): boolean {
    return startUp.isBootstrapped || this.#trigger?.signal === undefined;
  }

  /** Keeps serving, so that routers can look elsewhere, while hooks stop what pulls work in. */
  async #lameDuck(): Promise<void> {
    const { clock, settings, traffic } = this.parts;
    const hooks = this.#runHooks('lame-duck', this.#shares.beforeHooks);
    if (this.#hasLameDuck()) await waitOutLameDuck(settings.lameDuck, { clock, traffic, deadline: this.#shares.beforeHooks });
    await hooks;
  }

  #hasLameDuck(): boolean {
    const { settings, traffic, messages } = this.parts;
    if (!settings.enabled || !this.endsProcess) return false;
    return settings.lameDuck.isExplicit || traffic.isListening || messages.isListening;
  }

  /** Takes no more, and waits for what is in flight. */
  async #drain(): Promise<void> {
    const { settings, traffic, inFlight } = this.parts;
    this.#enter('draining');
    const deadline = this.#shares.drain();
    const hooks = this.#runHooks('draining', deadline);
    if (settings.enabled) {
      if (settings.lateRequests === 'refuse') traffic.refuseLateRequests();
      else await traffic.closeListeners();
      await this.#awaitIdle(deadline);
      if (settings.lateRequests === 'refuse') await traffic.closeListeners();
    }
    this.#drained += inFlight.ended;
    if (settings.enabled && inFlight.total > 0) await this.#interrupt();
    if (settings.enabled) traffic.closeIdleConnections();
    await hooks;
  }

  async #awaitIdle(deadline: Deadline): Promise<void> {
    const { inFlight, traffic } = this.parts;
    do {
      await deadline.settle(inFlight.whenIdle());
      if (inFlight.total === 0) await traffic.linger(deadline);
    } while (inFlight.total > 0 && !deadline.isPast);
  }

  /** The drain's share is used up: tasks are told, unanswered requests get a 503, the rest is cut. */
  async #interrupt(): Promise<void> {
    const { clock, inFlight, traffic, tasks, events } = this.parts;
    const items = withoutAnswered(inFlight.active()).map((work) => toItem(work, clock.now()));
    events.emit({ type: 'work-interrupted', items });
    tasks.abort(new LifecycleError('SHUTTING_DOWN', 'The service is stopping and the time for running work is up.'));
    traffic.interrupt();
    await this.#end.within(FAREWELL_MS).settle(inFlight.whenIdle());
    traffic.destroyConnections();
  }

  /** Hooks in the order of their priorities; then it is Nest's turn. */
  async #close(): Promise<void> {
    this.#enter('closing');
    await this.#runHooks('closing', this.#shares.hooks());
  }

  async #runHooks(phase: 'lame-duck' | 'draining' | 'closing', deadline: Deadline): Promise<void> {
    const { hooks, runner } = this.parts;
    const groups = hooks.take(phase);
    await runner.run(groups, deadline, {
      reason: this.#reason,
      onStart: (hook) => this.#skipped.delete(hook),
    });
  }

  /** A hook that comes during the shutdown takes its turn; one whose phase has already run does so at once. */
  #hookAdded(hook: Hook, isPast: boolean): void {
    if (!this.hasBegun) return;
    this.#expect(hook);
    if (!isPast) return;
    const run = this.parts.runner.runOne(hook, this.#end.within(hook.timeoutMs ?? this.parts.settings.hookBudgetMs), {
      reason: this.#reason,
      onStart: () => this.#skipped.delete(hook),
    });
    this.#late.add(run);
    void run.then(() => this.#late.delete(run));
  }

  /** Called before the phase in which a hook runs; it is skipped until it has started. */
  #expect(hook: Hook): void {
    this.#hookTotal += 1;
    this.#skipped.add(hook);
  }

  #enter(phase: Phase): void {
    const { phases, events } = this.parts;
    events.emit({ type: 'phase-changed', phase });
    phases.moveTo(phase);
  }

  /** A signal during `app.close()` means that the process is to end after it. */
  #adopt(trigger: Trigger): void {
    const isNews = this.#trigger?.signal === undefined && trigger.signal !== undefined;
    if (!isNews || this.#report !== undefined) return;
    this.#trigger = { reason: this.#reason, signal: trigger.signal };
    this.parts.recorder.addSignal(trigger.signal);
  }

  #tellProgress(): void {
    const { phases, events } = this.parts;
    const names = this.waitingFor;
    if (names.length === 0) return;
    events.emit({
      type: 'progressed',
      phase: phases.current,
      elapsedMs: this.#shares.elapsedMs,
      remainingMs: this.remainingMs,
      waitingFor: names.slice(0, MOST_NAMES),
      total: names.length,
    });
  }

  #passDeadline(): void {
    this.parts.events.emit({ type: 'deadline-passed', waitingFor: this.waitingFor });
    if (this.endsProcess) this.parts.onDeadline();
  }

  #conclude(ending: { readonly isForced: boolean; readonly exitCode?: number }): ShutdownReport {
    if (this.#report !== undefined) return this.#report;
    for (const undo of this.#cleanUp.splice(0)) undo();
    const { recorder, traffic, phases, nest, hooks } = this.parts;
    const skipped = [...this.#skipped].filter((hook) => hooks.has(hook));
    const report = recorder.finish({
      ...ending,
      drained: Math.max(0, this.#drained),
      refused: traffic.refused,
      skippedHooks: skipped.map(({ name, phase, priority }) => ({ name, phase, priority })),
      leftBehind: ending.isForced ? this.waitingFor : [],
    });
    nest.leave();
    this.#report = report;
    if (phases.current !== 'stopped') phases.moveTo('stopped');
    this.parts.onReport(report);
    return report;
  }

  get #reason(): string {
    return this.#trigger?.reason ?? '';
  }

  /** Only read once the shutdown has begun. */
  get #shares(): Budget {
    this.#budget ??= new Budget(this.parts.clock, this.parts.settings);
    return this.#budget;
  }

  get #end(): Deadline {
    return this.#shares.end;
  }
}
