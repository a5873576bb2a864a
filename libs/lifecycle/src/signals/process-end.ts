import { type Clock, nextTurn } from '../deadline/clock.js';
import { type EventLog } from '../events/event-log.js';
import { type EventStream } from '../events/event-stream.js';
import { type Settings } from '../options/settings.js';
import { type ReportOutputs } from '../report-outputs/report-outputs.js';
import { type Resources } from '../resources/resources.js';
import { type ShutdownSequence } from '../shutdown/shutdown-sequence.js';
import { type Traces } from '../traces/traces.js';
import { type Waits } from '../waits/waits.js';
import { type EarlyExit } from './early-exits.js';
import { foreignListenerLines } from './foreign-listener-lines.js';
import { type ProcessSignals } from './process-signals.js';
import { type Ending, type Request, type SignalTarget, type SignalTrigger } from './signal-target.js';
import { stopOnUncaughtError } from './uncaught-shutdown.js';

interface EndParts {
  readonly settings: Settings;
  readonly log: EventLog;
  readonly events: EventStream;
  readonly waits: Waits;
  /** Whether there is a framework that closes the application, and that is waited for. */
  readonly isClosedByHost: boolean;
  readonly resources: Pick<Resources, 'endLogs'>;
  readonly reportOutputs: Pick<ReportOutputs, 'settled'>;
  readonly traces: Pick<Traces, 'settled'>;
  readonly clock: Clock;
}

/** How to make Nest run its hooks for a signal: call `enableShutdownHooks()`, and name the signal if it names any. */
function remedyFor(signal: NodeJS.Signals, nestSignals: readonly NodeJS.Signals[]): string {
  if (nestSignals.length === 0) return 'Call app.enableShutdownHooks() after creating the application.';
  const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');
  return (
    `enableShutdownHooks([${list(nestSignals)}]) leaves ${signal} out: ` +
    `type app.enableShutdownHooks([${list([...nestSignals, signal])}]), or leave the list out.`
  );
}

/**
 * The part of one application in the end of the process: it gets the signals, starts the sequence, and says how and
 * when the process may end.
 */
export class ProcessEnd implements SignalTarget {
  /** The application is being closed: by Nest's own signal listener, or by a call of `close()`. */
  #isClosing = false;
  #onClosing: () => void = () => undefined;
  readonly #closing = new Promise<void>((resolve) => {
    this.#onClosing = resolve;
  });
  #isAttached = false;
  #endStopping: () => void = () => undefined;
  /** A signal that came before anything had started, and that other code listens to. */
  #passedOn: NodeJS.Signals | undefined;
  /** The same, only in the turn of the signal: if Nest listens to it, it begins to close in that turn. */
  #passedOnNow: NodeJS.Signals | undefined;
  /** Signals that only Nest listened to, once Nest has closed for one. */
  readonly #nestSignals: NodeJS.Signals[] = [];

  constructor(
    private readonly processSignals: ProcessSignals,
    private readonly sequence: ShutdownSequence,
    private readonly parts: EndParts,
  ) {
    // Added after the log and the report, which read events first.
    parts.events.read(({ type }) => (type === 'deadline-passed' ? this.#deadlinePassed() : undefined));
  }

  get signals(): readonly NodeJS.Signals[] {
    return [...this.parts.settings.signals, ...this.#nestSignals];
  }

  get hasStarted(): boolean {
    return this.sequence.hasStarted;
  }

  /** Whether other code listens for any of our signals as well: Nest, or a listener of the user. */
  get isHeardElsewhere(): boolean {
    return this.signals.some((signal) => this.processSignals.isHeardElsewhere(signal));
  }

  attach(): void {
    if (this.#isAttached) return;
    this.#isAttached = true;
    this.processSignals.add(this);
  }

  detach(): void {
    this.#isAttached = false;
    this.#endStopping();
    this.processSignals.remove(this);
  }

  /** Acts as if a signal had come; joins a shutdown that has begun. */
  request(request: Request): void {
    if (this.sequence.hasBegun && !this.sequence.isDrainAlone) {
      void this.sequence.start(request);
      return;
    }
    // A provider may call this in its constructor, which runs before ours.
    if (this.parts.settings.enabled) this.attach();
    this.processSignals.request(this, request);
  }

  signalled(trigger: SignalTrigger): void {
    if (this.sequence.report !== undefined) {
      this.#endNow(this.sequence.report.exitCode);
      return;
    }
    void this.sequence.start(trigger).then(() => this.#end(trigger));
  }

  passedOn(signal: NodeJS.Signals, { isLogged }: { readonly isLogged: boolean }): void {
    this.#passedOn = signal;
    this.#passedOnNow = signal;
    void nextTurn().then(() => {
      this.#passedOnNow = undefined;
    });
    if (!isLogged) return;
    this.parts.log.log(`${signal} before anything of the application has started: ending at once`, { signal });
    this.parts.log.flush();
  }

  /**
   * Nest has begun to start the application although a signal has come. The signal is acted on as soon as the start
   * settles.
   */
  starting(): void {
    if (this.#passedOn !== undefined && !this.#isClosing) this.processSignals.resume(this.#passedOn);
  }

  /**
   * Nest is closing the application, and will call our last hook. Returns the signal for which it closes, if that is
   * one that was left to Nest (SIGHUP, SIGUSR2, any before the start). From now on it is one of ours as well: Nest
   * raises it again at the end, and without a listener that would end the process at once.
   */
  closing(): NodeJS.Signals | undefined {
    this.#isClosing = true;
    this.#onClosing();
    const signal = this.parts.settings.enabled ? (this.#passedOnNow ?? this.processSignals.signalOfNest) : undefined;
    if (signal === undefined) return undefined;
    this.#nestSignals.push(signal);
    this.processSignals.adopt(this, signal);
    return signal;
  }

  /**
   * Nest has run its hooks. Where Nest listened for the signal itself, it ends the process next, so this waits for the
   * other applications. After an `app.close()` in a listener of the user, more code of that listener may follow.
   */
  async closed(nestSignal: string | undefined): Promise<void> {
    const report = await this.sequence.finish();
    if (!this.sequence.endsProcess) {
      await this.#settled(this.#limits.flushMs);
      return this.detach();
    }
    const { exitCode } = report;
    const raise = this.#raised(report.signal);
    const isNestsOwn = nestSignal !== undefined;
    const patienceMs = isNestsOwn ? 0 : this.parts.settings.hookBudgetMs;
    const allFinished = this.processSignals.finished(this, { exitCode, raise, patienceMs, ...this.#limits });
    if (isNestsOwn) await this.parts.waits.all(allFinished);
  }

  /**
   * The budget is used up: the process ends. An `app.close()` that hangs does not end it. But other code that listens
   * for signals then waits for that `app.close()` too, so the next signal has to be handled here.
   */
  #deadlinePassed(): void {
    const { exitCode } = this.sequence.abandon();
    if (this.sequence.endsProcess) this.#endNow(exitCode);
    else if (!this.isHeardElsewhere) this.detach();
  }

  #endNow(exitCode: number): void {
    void this.processSignals.finished(this, {
      exitCode,
      raise: undefined,
      patienceMs: 0,
      mostMs: 0,
      flushMs: this.#limits.flushMs,
    });
  }

  /** What the application does with the report may write lines, so it comes before the logs are ended. */
  endLogs(mostMs: number): Promise<boolean> | undefined {
    const { clock } = this.parts;
    const endsAt = clock.now() + mostMs;
    const settled = this.#settled(mostMs);
    if (settled === undefined) return this.#endLogs(mostMs);
    return settled.then(() => this.#endLogs(Math.max(0, endsAt - clock.now())) ?? true);
  }

  /** The application has the report, and a trace that was cut short is sent; `undefined` where there is nothing to wait for. */
  #settled(mostMs: number): Promise<unknown> | undefined {
    const { reportOutputs, traces } = this.parts;
    const waits = [reportOutputs.settled(mostMs), traces.settled(mostMs)].filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Promise.all(waits);
  }

  #endLogs(mostMs: number): Promise<boolean> | undefined {
    const { log, resources } = this.parts;
    const ending = resources.endLogs(mostMs);
    // What is logged from now on would be lost.
    if (ending !== undefined) log.writeToStderr();
    return ending?.then((late) => {
      for (const name of late) log.error(`${name} was not written to its end: its last lines may be lost`);
      return late.length === 0;
    });
  }

  forced(signal: NodeJS.Signals, exitCode: number): void {
    this.sequence.force(signal, exitCode);
  }

  listenerFailed(signal: NodeJS.Signals, error: unknown): void {
    this.parts.log.failed(`a listener for ${signal}`, error);
  }

  exitForeseen(exit: EarlyExit): void {
    this.sequence.expectExit(exit);
  }

  /**
   * A script has no work left, and has not closed its application: the hooks run, and then the process ends by itself.
   * Nest's own hooks only run for a call of `app.close()`, as without this module.
   */
  ranOutOfWork(): void {
    if (!this.hasStarted || !this.sequence.isStartSettled || this.sequence.hasBegun) return;
    void this.sequence.start({ reason: 'beforeExit' }).then(async () => {
      const { exitCode } = await this.sequence.finish();
      this.detach();
      if (exitCode !== 0) process.exitCode = exitCode;
    });
  }

  exiting(by: string | undefined): number {
    const { sequence } = this;
    if (!sequence.hasBegun || !this.hasStarted) return 0;
    if (by !== undefined) sequence.exitedBy(by);
    // An app.close() that is under way: the caller of process.exit() cut it short, and the exit code is the caller's.
    if (!sequence.endsProcess && by === undefined) return 0;
    const { exitCode } = sequence.abandon();
    this.parts.log.flush();
    return sequence.endsProcess ? exitCode : 0;
  }

  exits(code: number): void {
    const { report, endsProcess } = this.sequence;
    if (!endsProcess || report === undefined || report.exitCode === code) return;
    this.parts.log.warn(
      `The process exits with code ${code}, not ${report.exitCode} as reported: it was changed after the report.`,
      { exitCode: code },
    );
  }

  /** From now on an uncaught error begins a shutdown. During a shutdown it is reported like any other error. */
  stopOnUncaughtErrors(): void {
    this.#endStopping = stopOnUncaughtError((reason, error) => {
      if (!this.sequence.hasBegun) this.request({ reason, error });
    });
  }

  /** Logs which other code listens for signals, and what that means for a shutdown. */
  logForeignListeners(): void {
    const { settings, log } = this.parts;
    for (const { level, text } of foreignListenerLines(
      this.processSignals.foreign.notReturnedYet(settings.signals),
      settings.budgetMs,
    )) {
      log[level](text, { event: 'foreign-listeners' });
    }
  }

  /** The hooks have run. Where there is a framework, it runs hooks of its own next. */
  #end(trigger: SignalTrigger): Promise<void> {
    return this.parts.isClosedByHost ? this.#endWithoutNest(trigger) : this.#endAlone(trigger);
  }

  /** Ends the process of a service without a framework, unless its own code is about to close it: that may do more. */
  async #endAlone({ signal }: SignalTrigger): Promise<void> {
    if (this.#isClosing) return;
    const { exitCode } = await this.sequence.finish();
    const raise = this.#raised(signal);
    await this.processSignals.finished(this, { exitCode, raise, patienceMs: 0, ...this.#limits });
  }

  /**
   * Ends the process where nothing closes the application: Nest's hooks were not enabled, or a listener of the user
   * does not call `app.close()`.
   */
  async #endWithoutNest(trigger: SignalTrigger): Promise<void> {
    const { signal, hasNothingStarted = false } = trigger;
    if (this.#isClosing) return;
    this.processSignals.callLateListeners(signal);
    await this.#awaitForeignHandlers(signal);
    if (this.#isClosing) return;
    if (!hasNothingStarted) {
      this.parts.log.warn(
        `The application was not closed after ${signal}, so the shutdown hooks of other providers were not run. ${remedyFor(signal, this.processSignals.nestSignals)}`,
      );
    }
    const report = await this.sequence.finish();
    const isChosen = hasNothingStarted || trigger.exitCode !== undefined;
    const raise = report.exitCode === 0 && !isChosen ? signal : undefined;
    await this.processSignals.finished(this, {
      exitCode: report.exitCode,
      raise,
      patienceMs: 0,
      ...this.#limits,
    });
  }

  get #limits(): Pick<Ending, 'mostMs' | 'flushMs'> {
    const mostMs = this.sequence.remainingMs;
    // When nothing is left of the budget, half of the margin is for writing the last lines.
    return { mostMs, flushMs: Math.max(mostMs, this.parts.settings.marginMs / 2) };
  }

  /** Other listeners of the signal may be about to call `app.close()`: waits for that. */
  async #awaitForeignHandlers(signal: NodeJS.Signals): Promise<void> {
    // Nest's own listener is called in the same tick as ours, and closes within a few turns.
    await nextTurn();
    if (this.#isClosing || !this.hasStarted || !this.processSignals.isHeardElsewhere(signal)) return;
    // A listener that closes several applications one after the other closes this one when the others are done.
    const waitMs = this.processSignals.isShared ? this.sequence.remainingMs : this.parts.settings.hookBudgetMs;
    await this.sequence.awaitAtMost(waitMs, this.#closing);
  }

  #raised(signal: NodeJS.Signals | null): NodeJS.Signals | undefined {
    return this.parts.settings.exit === 'signal' && signal !== null ? signal : undefined;
  }
}
