import { type Worker } from 'node:worker_threads';
import { SHUTDOWN_MESSAGE } from '../parent/parent-messages.js';
import { ThreadOrder } from '../parent/thread-orders.js';
import { type FollowSettings } from './follow-options.js';
import { type Runner, type RunnerEnd } from './runner.js';

/** A thread that this process has started. */
export class ThreadRunner implements Runner {
  readonly kind = 'thread';
  /** The number of a thread is gone when it has ended. */
  readonly #number: number;
  readonly #order: ThreadOrder;

  constructor(
    private readonly worker: Worker,
    private readonly settings: Pick<FollowSettings, 'name' | 'message'>,
    private readonly onError: (error: unknown) => void,
  ) {
    this.#number = worker.threadId;
    this.#order = new ThreadOrder(worker.threadId);
  }

  get name(): string {
    return `${this.settings.name ?? 'worker'} (thread ${this.#number})`;
  }

  get isOver(): boolean {
    return this.worker.threadId < 0;
  }

  /** By both ways: the thread may have a lifecycle of its own, or listen for the message. */
  tell(): void {
    this.worker.once('exit', () => this.#order.close());
    this.#order.tell();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.worker.postMessage(this.settings.message ?? SHUTDOWN_MESSAGE);
  }

  kill(): void {
    this.worker.terminate().catch(this.onError);
  }

  onEnd(listener: (end: RunnerEnd) => void): () => void {
    const onExit = (code: number): void => listener({ code, signal: null });
    this.worker.once('exit', onExit);
    return () => void this.worker.removeListener('exit', onExit);
  }

  faultOf({ code }: RunnerEnd): string | undefined {
    return code === 0 ? undefined : `ended with exit code ${code ?? 'unknown'}`;
  }
}
