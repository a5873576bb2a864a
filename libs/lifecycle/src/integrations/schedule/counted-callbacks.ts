import { isObject } from '../../errors/foreign-value.js';
import { type Method } from '../../patching/replace-method.js';
import { type FollowedCalls } from '../followed-calls.js';

/** Makes functions that count the runs of others. Those that count are known, so that none is counted twice. */
export class CountedCallbacks {
  readonly #counted = new WeakSet<object>();

  constructor(private readonly runs: FollowedCalls) {}

  has(callback: object): boolean {
    return this.#counted.has(callback);
  }

  /** The same function, in flight while it runs and until its promise has settled. */
  count(name: string, callback: Method): Method {
    const { runs } = this;
    const counted = function (this: unknown, ...args: unknown[]): unknown {
      const end = runs.begin({ name });
      const call = (): unknown => {
        const answer: unknown = Reflect.apply(callback, this, args);
        // A cron job may run a command in place of a function.
        if (isRunningProcess(answer)) whenClosed(answer, runs.begin({ name }));
        return answer;
      };
      return runs.until(end, call);
    };
    this.#counted.add(counted);
    return counted;
  }
}

interface RunningProcess {
  once(event: string, listener: () => void): unknown;
}

function isRunningProcess(value: unknown): value is RunningProcess {
  return isObject(value) && 'spawnfile' in value && value['exitCode'] === null && typeof value['once'] === 'function';
}

/** A process that could not be started closes, too. */
function whenClosed(child: RunningProcess, end: () => void): void {
  child.once('close', end);
}
