import { LifecycleError } from '../errors/lifecycle-error.js';
import { isBefore, type Phase } from './phase.js';

/** Is told of phases. It must not throw: what calls code of the application guards it. */
export interface PhaseFollower {
  entered(phase: Phase): void;
  /** Nothing follows: the report is there. */
  ended?(): void;
}

/** The one place that knows the current phase. Moves forward only; a phase may be skipped, never revisited. */
export class PhaseMachine {
  #current: Phase = 'starting';
  readonly #followers = new Set<PhaseFollower>();

  get current(): Phase {
    return this.#current;
  }

  /** Tells of the current phase at once, then of every later one. Returns its undo. */
  follow(follower: PhaseFollower): () => void {
    this.#followers.add(follower);
    follower.entered(this.#current);
    return () => void this.#followers.delete(follower);
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
    for (const follower of [...this.#followers]) follower.entered(next);
  }

  /** Nothing follows: the report is there. */
  end(): void {
    for (const follower of [...this.#followers]) follower.ended?.();
    this.#followers.clear();
  }
}
