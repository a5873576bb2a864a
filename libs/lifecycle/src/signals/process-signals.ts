import { constants } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers';
import { type Clock, nextTurn } from '../deadline/clock.js';
import { callerOfExit, currentStack } from '../errors/call-site.js';
import { callForeign } from '../errors/foreign-call.js';
import { NestSignals, isNestListener } from './nest-signals.js';
import { watchEarlyExits } from './early-exits.js';
import { endBySignal, endProcess } from './end-process.js';
import { ForeignListeners } from './foreign-listeners.js';
import { isHandedConnections, leaveCluster } from './leave-cluster.js';
import { LoopWatch } from './loop-watch.js';
import { watchParentMessages } from './parent-messages.js';
import { lastLinesWritten } from './pending-output.js';
import { guardHere, RepeatedSignals } from './repeated-signals.js';
import { type Ending, type Request, type SignalTarget, type SignalTrigger } from './signal-target.js';

/** How long output may take to leave the process after a second signal. */
const FORCED_FLUSH_MS = 250;

/**
 * The signals of the process, shared by all applications in it. It ends the process when the last of them has finished.
 *
 * Its listeners come before all others, so that readiness has turned when a listener of the user runs. They stay until
 * the end: Nest raises the signal again after its last hook, and PID 1 only gets signals that have a listener.
 */
export class ProcessSignals {
  readonly #targets = new Map<SignalTarget, Ending | undefined>();
  readonly #listeners = new Map<NodeJS.Signals, () => void>();
  readonly #repeats: RepeatedSignals;
  #first: SignalTrigger | undefined;
  #heardBy: ReadonlySet<unknown> = new Set();
  #requested: Request | undefined;
  #onAllFinished: (() => void)[] = [];
  #isEnding = false;
  /** The process ends as soon as its output is written. */
  #isLeaving = false;
  readonly #nestSignals = new NestSignals((signal) => this.#listeners.has(signal));
  readonly #loop = new LoopWatch();
  /** Listeners of other code, followed from the first application on. */
  readonly foreign = new ForeignListeners(
    (listener) => isNestListener(listener) || [...this.#listeners.values()].some((own) => own === listener),
  );
  #stopWatchingParent: () => void = () => undefined;

  /** @param guardMs a signal within this time of the first one counts as the same signal */
  constructor(clock: Clock, guardMs: () => number = guardHere) {
    this.#repeats = new RepeatedSignals({ clock, guardMs }, (signal) => this.#listenAgain(signal));
  }

  /** Passes signals to a target from now on; at once if one has come already. */
  add(target: SignalTarget): void {
    const isFirst = this.#targets.size === 0;
    this.#targets.set(target, undefined);
    this.#listen();
    if (isFirst) this.#install();
    if (this.#first !== undefined) target.signalled(this.#first);
  }

  /** Removes a target. With the last one, all listeners of the process are removed. */
  remove(target: SignalTarget): void {
    if (!this.#targets.delete(target)) return;
    this.#listen();
    if (this.#targets.size === 0) this.#uninstall();
    else this.#settle();
  }

  /** Removes all targets. */
  release(): void {
    for (const target of this.#targets.keys()) this.remove(target);
  }

  /** Calls listeners that were added after the signal came: `enableShutdownHooks()` is called when the boot is over. */
  callLateListeners(signal: NodeJS.Signals): void {
    const heardBy = this.#heardBy;
    const listeners = process.rawListeners(signal);
    this.#heardBy = new Set([...heardBy, ...listeners]);
    for (const listener of listeners) {
      if (!heardBy.has(listener)) Reflect.apply(listener, process, [signal, constants.signals[signal]]);
    }
  }

  /** Whether there are several applications in the process. */
  get isShared(): boolean {
    return this.#targets.size > 1;
  }

  /** Whether other code listens to a signal. */
  isHeardElsewhere(signal: NodeJS.Signals): boolean {
    const own = this.#listeners.has(signal) ? 1 : 0;
    return process.listenerCount(signal) > own;
  }

  /** The signals for which Nest closes an application of this process. */
  get nestSignals(): readonly NodeJS.Signals[] {
    return this.#nestSignals.nestSignals;
  }

  /** The signal that only Nest listens to, in the turn in which it came. */
  get signalOfNest(): NodeJS.Signals | undefined {
    return this.#nestSignals.current;
  }

  /** A signal that only Nest listened to is to end the process; it counts as the first one. */
  adopt(target: SignalTarget, signal: NodeJS.Signals): void {
    if (this.#first === undefined) this.#repeats.begin();
    this.#first ??= { signal, reason: signal };
    this.#targets.set(target, undefined);
    this.#listen();
    this.#nestSignals.stopListening(signal);
  }

  /** Acts on a signal that was passed on before anything had started, and that has not ended the process. */
  resume(signal: NodeJS.Signals): void {
    if (this.#first === undefined) this.#begin(signal, this.#heardBy);
  }

  /**
   * Acts as if a signal had come, with a reason of its own. Nest's and other listeners are called too. A second request
   * changes nothing.
   *
   * @param passedOn the signal that the parent process has got, where that is the reason
   */
  request(target: SignalTarget, request: Request, passedOn?: NodeJS.Signals): void {
    if (this.#first !== undefined) return;
    const signal =
      target.signals.find((name) => name === passedOn) ??
      target.signals.find((name) => this.isHeardElsewhere(name)) ??
      target.signals[0] ??
      'SIGTERM';
    this.#requested = request;
    // The listeners are called, and no signal is sent: that also works on Windows and as PID 1. Without any listener,
    // only the default action of the signal is left.
    const listeners = process.rawListeners(signal);
    if (listeners.length === 0) process.kill(process.pid, signal);
    for (const listener of listeners) {
      const onError = (_name: string, error: unknown): void => target.listenerFailed(signal, error);
      callForeign({ name: signal, fallback: undefined, onError }, (): unknown =>
        Reflect.apply(listener, process, [signal]),
      );
    }
    this.#requested = undefined;
  }

  /** Handles a signal as if it had come from outside the process. Returns whether there was a listener. */
  arrive(signal: NodeJS.Signals): boolean {
    return this.#repeats.arrive(signal);
  }

  /** A target has finished. Resolves when all have, so that the process does not end while one still stops. */
  finished(target: SignalTarget, ending: Ending): Promise<void> {
    if (this.#targets.has(target)) this.#targets.set(target, ending);
    const all = new Promise<void>((resolve) => this.#onAllFinished.push(resolve));
    this.#settle();
    return all;
  }

  #settle(): void {
    const endings = [...this.#targets.values()];
    if (this.#isEnding || !this.#isFinished()) return;
    for (const resolve of this.#onAllFinished.splice(0)) resolve();
    const wantedMs = Math.max(...endings.map((ending) => ending?.patienceMs ?? 0));
    const patienceMs = Math.min(wantedMs, ...endings.map((ending) => ending?.mostMs ?? wantedMs));
    if (patienceMs === 0) setImmediate(() => this.#end());
    // Without work left the process ends by itself before the timer fires; the timer ends one that is kept alive.
    else setTimeout(() => this.#end(), patienceMs).unref();
  }

  readonly #handle = (signal: NodeJS.Signals): void => {
    if (this.#isLeaving) return;
    if (this.#isFinished()) {
      this.#end();
      return;
    }
    if (this.#first === undefined) {
      if (this.#requested !== undefined || this.#hasAnythingStarted()) this.#begin(signal);
      else this.#passOn(signal);
      return;
    }
    if (!this.#repeats.isMeant(signal)) return;
    const exitCode = 128 + constants.signals[signal];
    for (const target of this.#targets.keys()) target.forced(signal, exitCode);
    this.#leave(FORCED_FLUSH_MS, () => endProcess(exitCode));
  };

  #begin(signal: NodeJS.Signals, heardBy: ReadonlySet<unknown> = new Set(process.rawListeners(signal))): void {
    const hasNothingStarted = !this.#hasAnythingStarted();
    // A request from inside the process has not waited for a blocked loop.
    const delayMs = this.#requested === undefined ? this.#loop.blockedMs : 0;
    const trigger = { reason: signal, ...this.#requested, signal, hasNothingStarted, delayMs };
    this.#first = trigger;
    this.#repeats.begin();
    this.#heardBy = heardBy;
    const stopWatching = watchEarlyExits((exit) => {
      for (const target of this.#targets.keys()) target.exitForeseen(exit);
    });
    void nextTurn().then(stopWatching);
    for (const target of this.#targets.keys()) target.signalled(trigger);
  }

  #hasAnythingStarted(): boolean {
    return [...this.#targets.keys()].some(({ hasStarted }) => hasStarted);
  }

  /**
   * Nothing has started that the signal could harm, so it does what it does without this module. Our listeners are
   * removed before the others are called: some count the listeners before they end the process.
   */
  #passOn(signal: NodeJS.Signals): void {
    this.#heardBy = new Set(process.rawListeners(signal));
    this.#unlisten();
    const endsProcess = process.listenerCount(signal) === 0;
    for (const [index, target] of [...this.#targets.keys()].entries()) {
      target.passedOn(signal, { isLogged: endsProcess && index === 0 });
    }
    if (endsProcess) {
      endBySignal(signal);
      return;
    }
    // The process may go on: a later signal has to find an application to stop.
    void nextTurn().then(() => this.#listen());
  }

  /** Whether at least one target has finished, and every other one has nothing to stop. */
  #isFinished(): boolean {
    const unfinished = [...this.#targets].filter(([, ending]) => ending === undefined);
    return unfinished.length < this.#targets.size && unfinished.every(([target]) => !target.hasStarted);
  }

  #end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const endings = [...this.#targets.values()];
    const exitCode = Math.max(0, ...endings.map((ending) => ending?.exitCode ?? 0));
    const raise = endings.find((ending) => ending?.raise !== undefined)?.raise;
    const flushMs = Math.max(0, ...endings.map((ending) => ending?.flushMs ?? 0));
    const leave = (): void =>
      this.#leave(flushMs, (isWritten) => this.#exit(isWritten ? exitCode : Math.max(1, exitCode), raise));
    if (isHandedConnections()) void leaveCluster(flushMs).then(leave);
    else leave();
  }

  /** `exit` is told whether all logs have ended. */
  #leave(mostMs: number, exit: (isWritten: boolean) => void): void {
    this.#isLeaving = true;
    const written = lastLinesWritten(this.#targets.keys(), mostMs);
    if (written === undefined) exit(true);
    else void written.then(exit);
  }

  #exit(exitCode: number, raise: NodeJS.Signals | undefined): void {
    // With other listeners, a raised signal would end nothing, and they would take it for a second one.
    if (exitCode !== 0 || raise === undefined || this.isHeardElsewhere(raise)) return endProcess(exitCode);
    this.#unlisten();
    endBySignal(raise, exitCode);
  }

  readonly #onExit = (code: number): void => {
    const by = this.#isEnding ? undefined : callerOfExit(currentStack())?.text;
    const codes = [...this.#targets.keys()].map((target) => target.exiting(by));
    const exitCode = code === 0 ? Math.max(0, ...codes) : code;
    // An exit code that is not 0 was set by the application or another listener, and is kept.
    if (code === 0) process.exitCode = exitCode;
    for (const target of this.#targets.keys()) target.exits(exitCode);
  };

  readonly #onBeforeExit = (): void => {
    if (this.#first !== undefined) return;
    for (const target of this.#targets.keys()) target.ranOutOfWork();
  };

  #listen(): void {
    const wanted = new Set([...this.#targets.keys()].flatMap(({ signals }) => signals));
    for (const signal of wanted) {
      if (this.#listeners.has(signal)) continue;
      const listener = (): void => this.#handle(signal);
      this.#listeners.set(signal, listener);
      process.prependListener(signal, listener);
    }
    for (const [signal, listener] of this.#listeners) {
      if (wanted.has(signal)) continue;
      process.removeListener(signal, listener);
      this.#listeners.delete(signal);
    }
  }

  /**
   * Adds our listener again where other code has removed all of them to raise the signal: that must not end a shutdown
   * under way.
   */
  #listenAgain(signal: NodeJS.Signals): void {
    const listener = this.#listeners.get(signal);
    if (listener !== undefined && !process.listeners(signal).includes(listener))
      process.prependListener(signal, listener);
  }

  #unlisten(): void {
    for (const [signal, listener] of this.#listeners) process.removeListener(signal, listener);
    this.#listeners.clear();
  }

  #install(): void {
    process.on('exit', this.#onExit);
    process.on('beforeExit', this.#onBeforeExit);
    this.foreign.start();
    this.#loop.start();
    this.#nestSignals.start();
    this.#stopWatchingParent = watchParentMessages(({ reason, signal }) => {
      const [target] = this.#targets.keys();
      if (target !== undefined) this.request(target, { reason }, signal);
    });
  }

  #uninstall(): void {
    this.#first = undefined;
    this.#repeats.stop();
    process.removeListener('exit', this.#onExit);
    process.removeListener('beforeExit', this.#onBeforeExit);
    this.foreign.stop();
    this.#loop.stop();
    this.#nestSignals.stop();
    this.#stopWatchingParent();
  }
}
