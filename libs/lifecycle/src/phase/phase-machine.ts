import { BehaviorSubject, type Observable } from 'rxjs';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { isBefore, type Phase } from './phase.js';

/** The one place that knows the current phase. Moves forward only; a phase may be skipped, never revisited. */
export class PhaseMachine {
  readonly #phase = new BehaviorSubject<Phase>('starting');

  /** The current phase, then every later one; completes after `stopped`. */
  readonly phase$: Observable<Phase> = this.#phase.asObservable();

  get current(): Phase {
    return this.#phase.value;
  }

  /**
   * Moves on to `next`.
   *
   * @throws LifecycleError `ILLEGAL_PHASE` when `next` does not lie ahead.
   */
  moveTo(next: Phase): void {
    if (!isBefore(this.current, next)) {
      throw new LifecycleError('ILLEGAL_PHASE', `Phases only move forward: ${this.current} cannot become ${next}.`);
    }
    this.#phase.next(next);
    if (next === 'stopped') this.#phase.complete();
  }
}
