import { type Guard } from '../../errors/foreign-call.js';
import { isObject } from '../../errors/foreign-value.js';
import { type Method, putMethod, replaceMethod } from '../../patching/replace-method.js';
import { callMethod } from '../foreign-instances.js';
import { type CountedCallbacks } from './counted-callbacks.js';
import { type ScheduledRuns, type Stoppable } from './scheduled-runs.js';

interface Parts {
  readonly runs: ScheduledRuns;
  readonly callbacks: CountedCallbacks;
  readonly guard: Guard;
}

/**
 * A job of the package `cron`. It calls its callbacks one by one, and waits for them or not; they are looked at before each
 * tick, because `addCallback()` may bring more. Read in cron 4.4.0: `_callbacks`, `fireOnTick()`, `stop()`, `onComplete`.
 */
export class FollowedCronJob implements Stoppable {
  constructor(
    private readonly name: string,
    private readonly job: unknown,
    private readonly parts: Parts,
  ) {}

  follow(): boolean {
    const { job, name, parts } = this;
    if (!isObject(job) || !Array.isArray(job['_callbacks']) || typeof job['fireOnTick'] !== 'function') return false;
    const count = (): void => this.#countCallbacks(job);
    replaceMethod(job, 'fireOnTick', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        parts.guard(`counting the runs of the cron job ${name}`, undefined, count);
        return Reflect.apply(original, this, args);
      };
    });
    return true;
  }

  /** No tick comes any more, and none can be begun with `start()`. */
  stop(): void {
    const { job, name } = this;
    if (!isObject(job)) return;
    this.parts.guard(`stopping the cron job ${name}`, undefined, () => {
      // `running` is its name before cron 4.
      if ((job['isActive'] ?? job['running']) === true) this.#stopTicking(job);
      putMethod(job, 'start', () => undefined);
    });
  }

  #countCallbacks(job: object): void {
    const { callbacks } = this.parts;
    const all: unknown = Reflect.get(job, '_callbacks');
    if (!Array.isArray(all)) return;
    for (const [index, callback] of (all as unknown[]).entries()) {
      if (typeof callback !== 'function' || callbacks.has(callback)) continue;
      all[index] = callbacks.count(this.name, callback as Method);
    }
  }

  /** Its `onComplete` is called once: Nest stops every job again when it closes the application. */
  #stopTicking(job: object): void {
    const { runs } = this.parts;
    const name = `${this.name} (onComplete)`;
    const hasEnd = typeof Reflect.get(job, 'onComplete') === 'function';
    const undo = replaceMethod(job, 'onComplete', (original) => {
      return function (this: unknown, ...args: unknown[]): unknown {
        return runs.call({ name }, (): unknown => Reflect.apply(original, this, args));
      };
    });
    const stop = (): unknown => callMethod(job, 'stop');
    try {
      // With `waitForCompletion`, `onComplete` is called when the run is over, which the job looks at now and then.
      const stopped = hasEnd ? runs.call({ name }, stop) : stop();
      putMethod(job, 'stop', () => stopped);
    } finally {
      // What has not been called by now is called later, and counted with what stop() has returned.
      undo();
    }
  }
}
