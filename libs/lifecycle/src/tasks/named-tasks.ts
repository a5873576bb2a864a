import { type Clock } from '../deadline/clock.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type BackgroundTaskOptions, readTaskOptions } from './background-task-options.js';
import { BackgroundTask, type TaskInfo } from './background-task.js';
import { type TaskTracker } from './task-tracker.js';

/** A background task that was started. */
export interface RunningTask extends AsyncDisposable {
  readonly name: string;
  /** Where it is now. */
  readonly info: TaskInfo;
  /** Resolves when it has ended for good, however that was; never rejects. */
  readonly ended: Promise<TaskInfo>;
  /** The same as {@link NamedTasks.stop}; also at the end of a block, with `await using`. */
  stop(): Promise<TaskInfo>;
}

/** What they are made from. */
export interface NamedTasksParts {
  readonly clock: Clock;
  readonly own: { readonly tasks: TaskTracker };
  tell(event: LifecycleEvent): void;
}

/** Tasks that have ended and are still listed. */
const MOST_ENDED = 100;

/**
 * Background tasks: loops, pollers, jobs that outlive the request that asked for them. A shutdown waits for them or cancels them; one
 * that fails is logged, and starts again where that was asked for. The same with Nest and without.
 */
export class NamedTasks {
  readonly #parts: NamedTasksParts;
  readonly #tasks = new Map<string, BackgroundTask>();

  constructor(parts: NamedTasksParts) {
    this.#parts = parts;
    parts.own.tasks.onLeave((reason) => {
      for (const task of this.#tasks.values()) task.leave(reason);
    });
  }

  /**
   * Starts a task, in this tick and in the caller's async context (`AsyncLocalStorage`), which its restarts keep. What it
   * throws is logged, and in the report where it fails during a shutdown; nothing of it rejects. A task to be cancelled is
   * not started any more once the service stops.
   *
   * @param name what `list()`, logs and the report call it; one of a name runs at a time
   * @param work runs until it returns, or until `signal` is aborted
   * @throws LifecycleError `INVALID_TASK` when a task of that name runs, or the options cannot be used
   */
  run(name: string, work: (signal: AbortSignal) => unknown, options?: BackgroundTaskOptions): RunningTask {
    const task = this.#create(name, work, options);
    this.#tasks.delete(task.name);
    this.#tasks.set(task.name, task);
    this.#forgetOldest();
    if (this.#parts.own.tasks.isLeaving && task.info.onShutdown === 'cancel') task.refuse();
    else void task.start();
    return {
      name: task.name,
      get info() {
        return task.info;
      },
      ended: task.whenEnded(),
      stop: () => task.stop(stopped(task.name)),
      [Symbol.asyncDispose]: async () => void (await task.stop(stopped(task.name))),
    };
  }

  /**
   * Aborts the signal of a task and waits for its end, for its `timeout` at most; its `state` then says whether it has ended.
   * It does not start again.
   *
   * @throws LifecycleError `INVALID_TASK` when there is no task of that name
   */
  async stop(name: string): Promise<TaskInfo> {
    const task = this.#tasks.get(nameText(name));
    if (task !== undefined) return task.stop(stopped(task.name));
    const names = [...this.#tasks.keys()].map((known) => `'${known}'`).join(', ');
    throw new LifecycleError(
      'INVALID_TASK',
      `There is no background task called '${nameText(name)}'. There ${names === '' ? 'is none' : `are ${names}`}.`,
    );
  }

  /** Stops every task. Resolves when all have ended, or have used up their `timeout`. */
  stopAll(): Promise<TaskInfo[]> {
    const running = [...this.#tasks.values()].filter(({ hasEnded }) => !hasEnded);
    return Promise.all(running.map((task) => task.stop(stopped(task.name))));
  }

  /** Every task that runs, and the last hundred that have ended, in the order of their start. Plain data. */
  list(): TaskInfo[] {
    return [...this.#tasks.values()].map(({ info }) => info);
  }

  #create(name: unknown, work: unknown, options: unknown): BackgroundTask {
    const text = typeof name === 'string' ? nameText(name) : '';
    if (text.trim() === '') {
      throw new LifecycleError('INVALID_TASK', "A background task has no name. Type run('poll orders', …).");
    }
    if (typeof work !== 'function') {
      const message = `The background task '${text}' is no function. Type run('${text}', async (signal) => { … }).`;
      throw new LifecycleError('INVALID_TASK', message);
    }
    const settings = readTaskOptions(text, options);
    if (this.#tasks.get(text)?.hasEnded === false) {
      throw new LifecycleError(
        'INVALID_TASK',
        `A background task called '${text}' is running. Give this one another name, or type await stop('${text}') before.`,
      );
    }
    const { clock, own } = this.#parts;
    const parts = { clock, tasks: own.tasks, tell: (event: LifecycleEvent) => this.#parts.tell(event) };
    return new BackgroundTask(text, (signal): unknown => Reflect.apply(work, undefined, [signal]), settings, parts);
  }

  #forgetOldest(): void {
    const ended = [...this.#tasks.values()].filter(({ hasEnded }) => hasEnded);
    for (const task of ended.slice(0, Math.max(0, ended.length - MOST_ENDED))) this.#tasks.delete(task.name);
  }
}

function stopped(name: string): LifecycleError {
  return new LifecycleError('TASK_STOPPED', `The background task '${name}' is stopped.`);
}
