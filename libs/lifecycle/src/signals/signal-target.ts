import { type Trigger } from '../shutdown/sequence-parts.js';
import { type EarlyExit } from './early-exits.js';

/** What a shutdown is asked for with, in place of a signal. */
export type Request = Pick<Trigger, 'reason' | 'exitCode' | 'error'>;

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
  /** A listener of other code has thrown, or rejected, when it was told of a request in place of the signal. */
  listenerFailed(signal: NodeJS.Signals, error: unknown): void;
  /** A timer that other code has set in the turn of the signal will end the process. */
  exitForeseen(exit: EarlyExit): void;
  /** The event loop is empty: without a shutdown the process ends now. */
  ranOutOfWork(): void;
  /**
   * The process is about to exit, by `process.exit()` of the code that `by` names, where there is one. Returns the code it
   * should exit with at least, 0 for no opinion.
   */
  exiting(by: string | undefined): number;
  /** The process exits with this code. */
  exits(code: number): void;
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
  /** How long what was written may take to leave the process. */
  readonly flushMs: number;
}
