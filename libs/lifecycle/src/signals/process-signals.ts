import { constants } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers';
import { type Clock, nextTurn } from '../deadline/clock.js';
import { type Trigger } from '../shutdown/sequence-parts.js';
import { Eavesdropper } from './eavesdropper.js';
import { watchParentMessages } from './parent-messages.js';
import { RepeatedSignals } from './repeated-signals.js';

/** What a signal asks for, or a request in its place. */
export interface SignalTrigger extends Trigger {
  readonly signal: NodeJS.Signals;
}

/** An application that wants to know when the process has to end, and has a say in how. */
export interface SignalTarget {
  readonly signals: readonly NodeJS.Signals[];
  /** Whether it has anything to stop; an application whose creation failed stays here without. */
  readonly hasStarted: boolean;
  /** The first signal, or a request in its place. Called in the tick of the signal. */
  signalled(trigger: SignalTrigger): void;
  /**
   * A signal came before anything of any application in the process had started. There is nothing to stop, so it is not
   * acted on here: it ends the process at once, unless others listen to it too. `isToTell` asks one of them to log it.
   */
  passedOn(signal: NodeJS.Signals, asked: { readonly isToTell: boolean }): void;
  /** A second signal: the process ends when this returns. */
  forced(signal: NodeJS.Signals, exitCode: number): void;
  /** The process is about to exit. Returns the code it should exit with at least, 0 for no opinion. */
  exiting(): number;
}

/** How an application wants the process to end. */
export interface Ending {
  readonly exitCode: number;
  /** Raised again instead of exiting 0, where the user wants that. */
  readonly raise: NodeJS.Signals | undefined;
  /** How long somebody else's code may still take before the process is ended: 0 ends it in this turn of the loop. */
  readonly patienceMs: number;
  /** How long the process may still live at most, whatever others ask for. */
  readonly mostMs: number;
}

/** How long a raised signal has to end the process, which it never does as PID 1. */
const RAISE_MS = 50;

/**
 * The process's signals, shared by all applications in it. The only place that ends the process.
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
  #requested: string | undefined;
  #onAllFinished: (() => void)[] = [];
  #isEnding = false;
  readonly #eavesdropper = new Eavesdropper((signal) => this.#listeners.has(signal));
  #stopWatchingParent: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#repeats = new RepeatedSignals(clock, (signal) => this.#listenAgain(signal));
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
  request(target: SignalTarget, reason: string): void {
    if (this.#first !== undefined) return;
    const signal = target.signals.find((name) => this.isHeardElsewhere(name)) ?? target.signals[0] ?? 'SIGTERM';
    this.#requested = reason;
    // Emitted, not sent: this also works on Windows and as PID 1. Without any listener the default action is what is left.
    if (!process.emit(signal, signal)) process.kill(process.pid, signal);
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
    process.exit(exitCode);
  };

  #begin(signal: NodeJS.Signals, heardBy: ReadonlySet<unknown> = new Set(process.rawListeners(signal))): void {
    const trigger = { signal, reason: this.#requested ?? signal, hasNothingStarted: !this.#hasAnythingStarted() };
    this.#first = trigger;
    this.#repeats.begin();
    this.#heardBy = heardBy;
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
      process.kill(process.pid, signal);
      setTimeout(() => process.exit(128 + constants.signals[signal]), RAISE_MS);
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
    // Without a code of ours, one that the application has set counts.
    const exit = (): never => (exitCode === 0 ? process.exit() : process.exit(exitCode));
    // Raised with somebody else listening, it would end nothing and look like a second one to them.
    if (exitCode !== 0 || raise === undefined || this.isHeardElsewhere(raise)) return exit();
    this.#unlisten();
    process.kill(process.pid, raise);
    setTimeout(exit, RAISE_MS);
  }

  readonly #onExit = (code: number): void => {
    const codes = [...this.#targets.keys()].map((target) => target.exiting());
    if (code === 0) process.exitCode = Math.max(0, ...codes);
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
    this.#eavesdropper.start();
    this.#stopWatchingParent = watchParentMessages(() => {
      const [target] = this.#targets.keys();
      if (target !== undefined) this.request(target, 'shutdown message');
    });
  }

  #uninstall(): void {
    this.#first = undefined;
    this.#repeats.stop();
    process.removeListener('exit', this.#onExit);
    this.#eavesdropper.stop();
    this.#stopWatchingParent();
  }
}
