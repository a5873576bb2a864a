import { isObject } from '../../errors/foreign-value.js';
import { type Method } from '../../patching/replace-method.js';
import { type CountedCallbacks } from './counted-callbacks.js';
import { type Stoppable } from './scheduled-runs.js';

/**
 * An interval or a timeout of the `SchedulerRegistry`, which gets what `setInterval()` or `setTimeout()` has returned. Node
 * keeps the function under `_onTimeout`, and whether it is over and repeated under `_destroyed` and `_repeat`. Read in Node 20
 * to 24.
 */
export class FollowedTimer implements Stoppable {
  constructor(
    private readonly name: string,
    private readonly timer: unknown,
    private readonly callbacks: CountedCallbacks,
  ) {}

  /** Counts its runs from now on. Says whether they can be seen. */
  follow(): boolean {
    const { timer, callbacks, name } = this;
    const callback: unknown = isObject(timer) ? timer['_onTimeout'] : undefined;
    // A timer that has been cleared has null.
    if (callback === null) return true;
    if (!isObject(timer) || typeof callback !== 'function') return false;
    return callbacks.has(callback) || Reflect.set(timer, '_onTimeout', callbacks.count(name, callback as Method));
  }

  get pending(): string | undefined {
    const { timer } = this;
    return isObject(timer) && timer['_destroyed'] === false && timer['_repeat'] === null ? this.name : undefined;
  }

  /** It does not run any more. */
  stop(): void {
    // Either kind clears the other; what is no timer is nothing to either.
    clearTimeout(this.timer as NodeJS.Timeout);
  }
}
