import { constants } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers';
import { type Clock, nextTurn } from '../deadline/clock.js';
import { callerOfExit, currentStack } from '../errors/call-site.js';
import { callForeign } from '../errors/foreign-call.js';
import { Eavesdropper, isNests } from './eavesdropper.js';
import { watchEarlyExits } from './early-exits.js';
import { endBySignal, endProcess } from './end-process.js';
import { ForeignListeners } from './foreign-listeners.js';
import { LoopWatch } from './loop-watch.js';
import { watchParentMessages } from './parent-messages.js';
import { flushOutput, isOutputPending } from './pending-output.js';
import { guardHere, RepeatedSignals } from './repeated-signals.js';
import { type Ending, type Request, type SignalTarget, type SignalTrigger } from './signal-target.js';

/** How long lines may take to leave the process after a second signal. */
const FORCED_FLUSH_MS = 250;

/**
 * The process's signals, shared by all applications in it. It ends the process when the last of them has finished.
 *
 * Listens before everybody else, so that readiness has turned when a user's own listener runs, and stays attached until
 * the end: Nest raises the signal again after its last hook, and as PID 1 only a signal somebody listens to is
 * delivered at all.
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
  /** Nothing is left to do but to write out what has been said. */
  #isLeaving = false;
  readonly #eavesdropper = new Eavesdropper((signal) => this.#listeners.has(signal));
  readonly #loop = new LoopWatch();
  /** Listeners of others, known from the first application on. */
  readonly foreign = new ForeignListeners(
    (listener) => isNests(listener) || [...this.#listeners.values()].some((own) => own === listener),
  );
  #stopWatchingParent: () => void = () => undefined;

  /** @param guardMs what else comes within this time of the first signal is the same one */
  constructor(clock: Clock, guardMs: () => number = guardHere) {
    this.#repeats = new RepeatedSignals({ clock, guardMs }, (signal) => this.#listenAgain(signal));
  }

  /** Tells a target about signals from now on; at once when one has come already. */
  add(target: SignalTarget): void {
    const isFirst = this.#targets.size === 0;
    this.#targets.set(target, undefined);
    this.#listen();
    if (isFirst) this.#install();
    if (this.#first !== undefined) target.signalled(this.#first);
  }

  /** Forgets a target; with the last one everything installed goes. */
  remove(target: SignalTarget): void {
    if (!this.#targets.delete(target)) return;
    this.#listen();
    if (this.#targets.size === 0) this.#uninstall();
    else this.#settle();
  }

  /** Forgets all targets. */
  release(): void {
    for (const target of this.#targets.keys()) this.remove(target);
  }

  /** Hands the signal to listeners that came after it: `enableShutdownHooks()` is called when the boot is over. */
  tellNewcomers(signal: NodeJS.Signals): void {
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

  /** Whether anybody else listens to a signal. */
  isHeardElsewhere(signal: NodeJS.Signals): boolean {
    const own = this.#listeners.has(signal) ? 1 : 0;
    return process.listenerCount(signal) > own;
  }

  /** The signals for which Nest closes an application of this process. */
  get nestSignals(): readonly NodeJS.Signals[] {
    return this.#eavesdropper.nestSignals;
  }

  /** The signal that only others listen to, in the turn in which it came. */
  get overheard(): NodeJS.Signals | undefined {
    return this.#eavesdropper.heard;
  }

  /** A signal that only others listened to is to end the process; it counts as the first. */
  adopt(target: SignalTarget, signal: NodeJS.Signals): void {
    if (this.#first === undefined) this.#repeats.begin();
    this.#first ??= { signal, reason: signal };
    this.#targets.set(target, undefined);
    this.#listen();
    this.#eavesdropper.leave(signal);
  }

  /** Begins with a signal that was passed on before anything had started, and has ended nothing. */
  resume(signal: NodeJS.Signals): void {
    if (this.#first === undefined) this.#begin(signal, this.#heardBy);
  }

  /** As if a signal had come, for a reason of its own. Nest and other listeners hear it too; a second one changes nothing. */
  request(target: SignalTarget, request: Request): void {
    if (this.#first !== undefined) return;
    const signal = target.signals.find((name) => this.isHeardElsewhere(name)) ?? target.signals[0] ?? 'SIGTERM';
    this.#requested = request;
    // Called, not sent: this also works on Windows and as PID 1. Without any listener the default action is what is left.
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

  /** Hands out a signal as if it had come from outside the process. Returns whether there was a listener. */
  arrive(signal: NodeJS.Signals): boolean {
    return this.#repeats.arrive(signal);
  }

  /** A target has finished. Resolves when all have: nobody's process ends under them. */
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
    // Without work left the process ends by itself; the timer is for what keeps it alive.
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
    // What is asked for from inside has waited for nothing.
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
   * Nothing has started that could be hurt, so the signal does what it does without us. Our listener is gone before the
   * others are called: some of them count how many there are before they end the process.
   */
  #passOn(signal: NodeJS.Signals): void {
    this.#heardBy = new Set(process.rawListeners(signal));
    this.#unlisten();
    const endsProcess = process.listenerCount(signal) === 0;
    for (const [index, target] of [...this.#targets.keys()].entries()) {
      target.passedOn(signal, { isToTell: endsProcess && index === 0 });
    }
    if (endsProcess) {
      endBySignal(signal);
      return;
    }
    // The process may go on: a later signal is to find an application to stop.
    void nextTurn().then(() => this.#listen());
  }

  /** Whether somebody has finished, and nobody with anything to stop has not. */
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
    this.#leave(flushMs, () => this.#exit(exitCode, raise));
  }

  /** Lines that wait for a slow reader of a pipe would be lost; the last of them says how it went. */
  #leave(flushMs: number, exit: () => void): void {
    this.#isLeaving = true;
    if (isOutputPending()) void flushOutput(flushMs).then(exit);
    else exit();
  }

  #exit(exitCode: number, raise: NodeJS.Signals | undefined): void {
    // Raised with somebody else listening, it would end nothing and look like a second one to them.
    if (exitCode !== 0 || raise === undefined || this.isHeardElsewhere(raise)) return endProcess(exitCode);
    this.#unlisten();
    endBySignal(raise, exitCode);
  }

  readonly #onExit = (code: number): void => {
    const by = this.#isEnding ? undefined : callerOfExit(currentStack())?.text;
    const codes = [...this.#targets.keys()].map((target) => target.exiting(by));
    const exitCode = code === 0 ? Math.max(0, ...codes) : code;
    // A code that is set already is the application's, or that of another listener.
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

  /** Code that takes all listeners away and raises the signal again does not end what is under way. */
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
    this.#eavesdropper.start();
    this.#stopWatchingParent = watchParentMessages(() => {
      const [target] = this.#targets.keys();
      if (target !== undefined) this.request(target, { reason: 'shutdown message' });
    });
  }

  #uninstall(): void {
    this.#first = undefined;
    this.#repeats.stop();
    process.removeListener('exit', this.#onExit);
    process.removeListener('beforeExit', this.#onBeforeExit);
    this.foreign.stop();
    this.#loop.stop();
    this.#eavesdropper.stop();
    this.#stopWatchingParent();
  }
}
