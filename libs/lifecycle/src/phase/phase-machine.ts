import { type Observable, ReplaySubject } from 'rxjs';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { GuardedObservable } from './guarded-observable.js';
import { isBefore, type Phase } from './phase.js';

/** The one place that knows the current phase. Moves forward only; a phase may be skipped, never revisited. */
export class PhaseMachine {
  #current: Phase = 'starting';
  readonly #phases = new ReplaySubject<Phase>(1);

  /** The current phase, then every later one; completes with {@link end}, after `stopped`. */
  readonly phase$: Observable<Phase>;

  /** `onError` gets what a subscriber throws, which ends neither the phase nor the process. */
  constructor(onError: (name: string, error: unknown) => void = () => undefined) {
    this.phase$ = GuardedObservable.of(this.#phases, (error) => onError('a subscriber of phase$', error));
    this.#phases.next(this.#current);
  }

  get current(): Phase {
    return this.#current;
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
    this.#current = next;
    this.#phases.next(next);
  }

  /** Nothing follows: the report is there. */
  end(): void {
    this.#phases.complete();
  }
}
