import { LifecycleError } from '../errors/lifecycle-error.js';

/** Why running work has to end, for what listens to its signal. */
export function timeIsUp(): LifecycleError {
  return new LifecycleError('SHUTTING_DOWN', 'The service is stopping and the time for running work is up.');
}
