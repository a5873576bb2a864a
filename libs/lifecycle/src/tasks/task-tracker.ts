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

/** Background work that runs. */
export interface TaskRun<T> {
  /** Settles as the work does. */
  readonly ended: Promise<T>;
  /** It is not waited for any longer, and is told of as interrupted. Once it has ended, nothing happens. */
  cut(): void;
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
  #isLeaving = false;
  readonly #onLeave: ((reason: Error) => void)[] = [];
  /** Those that were cut before the time of the drain was up. */
  #cutEarlier = 0;

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

  /** @param frame what the work is called in a stack, to know what asks for the end of the service */
  start(label: string, frame?: string): TaskHandle {
    const { done } = this.#add(label, frame);
    return { signal: this.signal, done, [Symbol.dispose]: done, [Symbol.asyncDispose]: async () => done() };
  }

  run<T>(label: string, work: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>)): Promise<T> {
    return this.begin(label, work).ended;
  }

  /** As {@link run}, for work that may be given up before the time of the drain is up. */
  begin<T>(label: string, work: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>)): TaskRun<T> {
    const { signal } = this;
    const run = async (): Promise<T> => await (typeof work === 'function' ? work(signal) : work);
    const task = this.#add(label, nameFrame('task', run));
    const ended = async (): Promise<T> => {
      try {
        return await run();
      } finally {
        task.done();
      }
    };
    return { ended: ended(), cut: () => this.#cutOff(task.work) };
  }

  #add(label: string, frame?: string): { readonly work: Work; readonly done: () => void } {
    this.isUsed = true;
    const describe = (): WorkName => ({ name: nameText(label) });
    const work: Work = { kind: 'task', startedAt: this.clock.now(), describe, frame: () => frame };
    this.running.add(work);
    if (this.#isDrained) this.#late.add(work);
    const done = (): void => {
      this.running.remove(work);
      this.#late.remove(work);
    };
    return { work, done };
  }

  #cutOff(work: Work): void {
    if (!this.running.drop(work)) return;
    this.#late.drop(work);
    this.#cutEarlier += 1;
    this.onCut([toItem(work, this.clock.now())]);
  }

  /** Calls `listener` in the tick of the signal. */
  onLeave(listener: (reason: Error) => void): void {
    this.#onLeave.push(listener);
  }

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  leave(reason: Error): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    for (const tell of this.#onLeave) tell(reason);
  }

  get cutEarlier(): number {
    return this.#cutEarlier;
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
    // Where traffic is left to Nest, sources are told of no signal.
    this.leave(timeIsUp());
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
