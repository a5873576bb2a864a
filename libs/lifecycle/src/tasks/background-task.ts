import { setMaxListeners } from 'node:events';
import { type Clock } from '../deadline/clock.js';
import { deferred } from '../deadline/deferred.js';
import { isObject } from '../errors/foreign-value.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { Backoff } from './backoff.js';
import { type OnShutdown, type TaskSettings } from './background-task-options.js';
import { type TaskRun, type TaskTracker } from './task-tracker.js';

/**
 * Where a background task is in its life.
 *
 * - `running`
 * - `backing-off`: it has failed, and waits to start again
 * - `stopping`: it was cancelled or stopped, and has not ended yet
 * - `finished`: it has returned by itself
 * - `stopped`: it has ended after it was cancelled or stopped
 * - `failed`: it has thrown, and does not start again
 */
export type TaskState = 'running' | 'backing-off' | 'stopping' | 'finished' | 'stopped' | 'failed';

/** A background task, as plain data. */
export interface TaskInfo {
  readonly name: string;
  readonly state: TaskState;
  readonly onShutdown: OnShutdown;
  /** How often it has started again after a failure. */
  readonly restarts: number;
  /** When it was started first, ISO 8601. */
  readonly startedAt: string;
  /** The message of what it has thrown last. */
  readonly lastError?: string;
}

/** What a background task runs: until it returns, or until `signal` is aborted. */
export type TaskWork = (signal: AbortSignal) => unknown;

interface TaskParts {
  readonly clock: Clock;
  readonly tasks: TaskTracker;
  readonly tell: (event: LifecycleEvent) => void;
}

/** One background task: its runs, the waits in between, and its end. Nothing of it rejects. */
export class BackgroundTask {
  readonly #startedAt = new Date().toISOString();
  readonly #cancel = new AbortController();
  readonly #backoff: Backoff | undefined;
  readonly #ended = deferred();
  #state: TaskState = 'running';
  #restarts = 0;
  #lastError: string | undefined;
  #run: TaskRun<unknown> | undefined;
  #wake: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly work: TaskWork,
    private readonly settings: TaskSettings,
    private readonly parts: TaskParts,
  ) {
    this.#backoff = settings.restart && new Backoff(settings.restart);
    // One signal for all runs, each of which may listen to it.
    setMaxListeners(0, this.#cancel.signal);
  }

  get info(): TaskInfo {
    const { name, settings } = this;
    const info = {
      name,
      state: this.#state,
      onShutdown: settings.onShutdown,
      restarts: this.#restarts,
      startedAt: this.#startedAt,
    };
    return this.#lastError === undefined ? info : { ...info, lastError: this.#lastError };
  }

  get hasEnded(): boolean {
    return this.#state === 'finished' || this.#state === 'stopped' || this.#state === 'failed';
  }

  /** Resolves when it has ended for good. */
  async whenEnded(): Promise<TaskInfo> {
    await this.#ended.promise;
    return this.info;
  }

  /** Runs it until it returns, is cancelled, or has failed for good. The first run begins in this tick. */
  async start(): Promise<void> {
    const { clock } = this.parts;
    for (;;) {
      const startedAt = clock.now();
      const failure = await this.#runOnce();
      if (failure !== undefined && (await this.#failed(failure.error, clock.now() - startedAt))) continue;
      if (failure === undefined) this.#end(this.#cancel.signal.aborted ? 'stopped' : 'finished');
      break;
    }
    this.#ended.resolve();
  }

  /** One that starts when the service already stops, and would be cancelled then. */
  refuse(): void {
    this.#end('stopped');
    this.#ended.resolve();
  }

  /** The service leaves: nothing starts again, and what is to be cancelled is. */
  leave(reason: Error): void {
    if (this.hasEnded) return;
    if (this.settings.onShutdown === 'finish') return this.#wake();
    this.#abort(reason);
    const cancel = this.parts.clock.after(this.settings.timeoutMs, () => this.#run?.cut());
    void this.#ended.promise.then(cancel);
  }

  /** Aborts its signal and waits for its end, for its `timeout` at most. */
  async stop(reason: Error): Promise<TaskInfo> {
    if (this.hasEnded) return this.info;
    this.#abort(reason);
    const late = deferred();
    const { timeoutMs } = this.settings;
    const cancel = this.parts.clock.after(timeoutMs, () => {
      this.parts.tell({ type: 'task-not-stopped', name: this.name, afterMs: timeoutMs });
      late.resolve();
    });
    await Promise.race([this.#ended.promise, late.promise]);
    cancel();
    return this.info;
  }

  #abort(reason: unknown): void {
    if (this.#state === 'running') this.#state = 'stopping';
    this.#cancel.abort(reason);
    this.#wake();
  }

  /** Returns what it has thrown; nothing when it has returned, or ended as it was told to. */
  async #runOnce(): Promise<{ readonly error: unknown } | undefined> {
    const { signal } = this.#cancel;
    let unlink = (): void => undefined;
    this.#run = this.parts.tasks.begin(this.name, (timeIsUp) => {
      const abort = (): void => this.#abort(timeIsUp.reason);
      timeIsUp.addEventListener('abort', abort, { once: true });
      unlink = () => timeIsUp.removeEventListener('abort', abort);
      return this.work(signal);
    });
    try {
      await this.#run.ended;
      return undefined;
    } catch (error) {
      return signal.aborted && isAbort(error, signal.reason) ? undefined : { error };
    } finally {
      unlink();
      this.#run = undefined;
    }
  }

  /** Tells of a failure, and waits for the next run. Says whether there is one. */
  async #failed(error: unknown, ranMs: number): Promise<boolean> {
    const { tell, tasks } = this.parts;
    const { name } = this;
    this.#lastError = describeError(error);
    const mayRestart = !this.#cancel.signal.aborted && !tasks.isLeaving;
    const restartInMs = mayRestart ? this.#backoff?.next(ranMs) : undefined;
    if (restartInMs === undefined) {
      this.#end('failed');
      tell({ type: 'task-failed', name, error });
      return false;
    }
    this.#state = 'backing-off';
    tell({ type: 'task-failed', name, error, restartInMs });
    await this.#wait(restartInMs);
    return this.#startAgain(error);
  }

  /** Not where it was stopped meanwhile, or the service leaves: a task that was to finish has failed then. */
  #startAgain(error: unknown): boolean {
    const { tell, tasks } = this.parts;
    if (this.#cancel.signal.aborted) {
      this.#end('stopped');
      return false;
    }
    if (tasks.isLeaving) {
      this.#end('failed');
      tell({ type: 'task-failed', name: this.name, error });
      return false;
    }
    this.#restarts += 1;
    this.#state = 'running';
    return true;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.parts.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }

  #end(state: TaskState): void {
    this.#state = state;
  }
}

/** What ends because its signal is aborted says so: with the reason itself, or with an `AbortError`. */
function isAbort(error: unknown, reason: unknown): boolean {
  return error === reason || (isObject(error) && Reflect.get(error, 'name') === 'AbortError');
}
