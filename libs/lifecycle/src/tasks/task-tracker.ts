import { setMaxListeners } from 'node:events';
import { type Clock } from '../deadline/clock.js';
import { type InFlightWork, type Work, WorkSet } from '../in-flight/in-flight-work.js';

/** Background work that somebody ends by hand. `using` and `await using` end it at the end of their block. */
export interface TaskHandle extends Disposable, AsyncDisposable {
  /** Aborted when the drain's share of the time is used up. */
  readonly signal: AbortSignal;
  /** The work is over. Calling it again does nothing. */
  done(): void;
}

/** Background work the drain waits for. */
export class TaskTracker {
  readonly #running: WorkSet;
  readonly #cancel = new AbortController();

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
  ) {
    this.#running = new WorkSet(inFlight.settled);
    inFlight.addSource(this.#running);
    // One signal for all tasks, each of which may listen to it.
    setMaxListeners(0, this.#cancel.signal);
  }

  /** Aborted when the drain's share of the time is used up. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  start(label: string): TaskHandle {
    const work: Work = { kind: 'task', startedAt: this.clock.now(), describe: () => ({ name: label }) };
    this.#running.add(work);
    const done = (): void => this.#running.remove(work);
    return { signal: this.signal, done, [Symbol.dispose]: done, [Symbol.asyncDispose]: async () => done() };
  }

  async run<T>(label: string, work: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>)): Promise<T> {
    const task = this.start(label);
    try {
      return await (typeof work === 'function' ? work(task.signal) : work);
    } finally {
      task.done();
    }
  }

  /** Tells the tasks that their time is up. */
  abort(reason: unknown): void {
    this.#cancel.abort(reason);
  }
}
