import { type Observable, ReplaySubject } from 'rxjs';
import { GuardedObservable } from './guarded-observable.js';
import { type Phase } from './phase.js';
import { type PhaseMachine } from './phase-machine.js';

/**
 * The current phase, then every later one; completes after `stopped`.
 *
 * @param onError gets what a subscriber throws, which ends neither the phase nor the process
 */
export function phaseStream(
  phases: PhaseMachine,
  onError: (name: string, error: unknown) => void = () => undefined,
): Observable<Phase> {
  const subject = new ReplaySubject<Phase>(1);
  phases.follow({ entered: (phase) => subject.next(phase), ended: () => subject.complete() });
  return GuardedObservable.of(subject, (error) => onError('a subscriber of phase$', error));
}
