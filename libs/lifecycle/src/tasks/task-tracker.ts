import { setMaxListeners } from 'node:events';
import { nameText } from '../errors/safe-text.js';
import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { timeIsUp } from '../in-flight/time-is-up.js';
import { type InFlightItem, toItem, type Work, type WorkName } from '../in-flight/work.js';
import { CountedSource } from '../in-flight/counted-source.js';
import { WorkSet } from '../in-flight/work-set.js';
import { nameFrame } from '../waits/named-frame.js';

/** Background work that is ended by hand. `using` and `await using` end it at the end of their block. */
export interface TaskHandle extends Disposable, AsyncDisposable {
  /** Aborted when the drain's share of the time is used up. */
  readonly signal: AbortSignal;
  /** The work is over. Calling it again does nothing. */
  done(): void;
}

/** Background work the drain waits for, and, once it is over, the hooks. */
export class TaskTracker extends CountedSource {
  readonly name = 'tasks';
  /** Those started after the drain: by hooks, or by work that was cut. */
  readonly #late: WorkSet;
  #isDrained = false;
  /** Whether a task has ever been started. */
  isUsed = false;
  #cancel = new AbortController();
  #onLateEnded: (() => void)[] = [];

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
    /** Tasks were cut that hooks had left running. */
    private readonly onCut: (items: readonly InFlightItem[]) => void = () => undefined,
  ) {
    super(inFlight);
    this.#late = new WorkSet(() => {
      for (const resolve of this.#onLateEnded.splice(0)) resolve();
    });
    listenFreely(this.#cancel.signal);
  }

  /** Aborted when the time of the tasks that start now is used up. */
  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  start(label: string): TaskHandle {
    return this.#start(label);
  }

  #start(label: string, frame?: string): TaskHandle {
    this.isUsed = true;
    const describe = (): WorkName => ({ name: nameText(label) });
    const work: Work = { kind: 'task', startedAt: this.clock.now(), describe, frame: () => frame };
    this.running.add(work);
    if (this.#isDrained) this.#late.add(work);
    const done = (): void => {
      this.running.remove(work);
      this.#late.remove(work);
    };
    return { signal: this.signal, done, [Symbol.dispose]: done, [Symbol.asyncDispose]: async () => done() };
  }

  async run<T>(label: string, work: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>)): Promise<T> {
    const run = async (): Promise<T> => await (typeof work === 'function' ? work(task.signal) : work);
    const task = this.#start(label, nameFrame('task', run));
    try {
      return await run();
    } finally {
      task.done();
    }
  }

  /** The drain is over. What starts from now on has a time of its own. */
  close(): void {
    this.#isDrained = true;
    this.#cancel = new AbortController();
    listenFreely(this.#cancel.signal);
  }

  /** Resolves once none of those that started after the drain runs. */
  lateOnesEnded(): Promise<void> {
    if (this.#late.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onLateEnded.push(resolve));
  }

  /** Tells the tasks that their time is up. */
  interrupt(reason: Error): void {
    this.#cancel.abort(reason);
  }

  /** What hooks have left running when their time is over is cut too. */
  async afterHooks(deadline: Deadline): Promise<void> {
    await deadline.settle(this.lateOnesEnded());
    const items = [...this.#late.active()].map((work) => toItem(work, this.clock.now()));
    if (items.length === 0) return;
    this.onCut(items);
    this.interrupt(timeIsUp());
  }
}

/** One signal for all tasks, each of which may listen to it. */
function listenFreely(signal: AbortSignal): void {
  setMaxListeners(0, signal);
}
