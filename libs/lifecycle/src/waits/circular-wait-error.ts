import { LifecycleError } from '../errors/lifecycle-error.js';
import { type CircularAnswer } from './waits.js';

/** Refuses to let a hook wait for itself. `call` is what it has called and awaits. */
export function refuseCircularWait(call: string): CircularAnswer<never> {
  return ({ hook, path }) => {
    throw new LifecycleError(
      'CIRCULAR_WAIT',
      `${hook} awaits ${call}, which waits for ${path}: it would never come to its end. ` +
        `Call ${call} without awaiting it, or not at all where the service is stopping already.`,
    );
  };
}
