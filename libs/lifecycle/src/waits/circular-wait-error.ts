import { LifecycleError } from '../errors/lifecycle-error.js';
import { type CircularAnswer } from './waits.js';

/** Throws an error at a hook that would wait for itself. `call` is the call that it awaits. */
export function refuseCircularWait(call: string): CircularAnswer<never> {
  return ({ hook, path }) => {
    throw new LifecycleError(
      'CIRCULAR_WAIT',
      `${hook} awaits ${call}, which waits for ${path}: it would never come to its end. ` +
        `Call ${call} without awaiting it, or not at all where the service is stopping already.`,
    );
  };
}
