import { type Trigger } from '../shutdown/sequence-parts.js';
import { type EarlyExit } from './early-exits.js';

/** A request to stop, in place of a signal. */
export type Request = Pick<Trigger, 'reason' | 'exitCode' | 'error'>;

/** The trigger of a signal, or of a request in its place. */
export interface SignalTrigger extends Trigger {
  readonly signal: NodeJS.Signals;
}

/** An application that is told of signals, and that says how the process ends. */
export interface SignalTarget {
  readonly signals: readonly NodeJS.Signals[];
  /** Whether it has anything to stop; an application whose creation failed has not. */
  readonly hasStarted: boolean;
  /** The first signal, or a request in its place. Called in the tick of the signal. */
  signalled(trigger: SignalTrigger): void;
  /**
   * A signal came before anything of any application in the process had started. There is nothing to stop, so no
   * shutdown begins: it ends the process at once, unless other code listens to it. `isLogged`: this target is the one
   * to log it.
   */
  passedOn(signal: NodeJS.Signals, asked: { readonly isLogged: boolean }): void;
  /**
   * The process is about to end, and nothing more is logged: ends the logs of the application, within `mostMs`. Resolves with whether all
   * of them have ended; `undefined` where there are none. Never rejects.
   */
  endLogs(mostMs: number): Promise<boolean> | undefined;
  /** A second signal: the process ends when this returns. */
  forced(signal: NodeJS.Signals, exitCode: number): void;
  /** A listener of other code has thrown or rejected when it was called for a request in place of the signal. */
  listenerFailed(signal: NodeJS.Signals, error: unknown): void;
  /** A timer that other code has set in the turn of the signal will end the process. */
  exitForeseen(exit: EarlyExit): void;
  /** The event loop is empty: without a shutdown the process ends now. */
  ranOutOfWork(): void;
  /**
   * The process is about to exit; `by` names the code that called `process.exit()`, if any did. Returns the lowest exit
   * code that this target accepts, 0 for any.
   */
  exiting(by: string | undefined): number;
  /** The process exits with this code. */
  exits(code: number): void;
}

/** How the process ends, as one application asks. */
export interface Ending {
  readonly exitCode: number;
  /** The signal to raise instead of exiting with 0, if the user has chosen that. */
  readonly raise: NodeJS.Signals | undefined;
  /** How long other code may still run before the process is ended; 0 ends it in this turn of the loop. */
  readonly patienceMs: number;
  /** The longest time that the process may still live, whatever other applications ask for. */
  readonly mostMs: number;
  /** How long written output may take to leave the process. */
  readonly flushMs: number;
}
