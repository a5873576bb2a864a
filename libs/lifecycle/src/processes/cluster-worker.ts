import { type Worker } from 'node:cluster';
import { type Clock } from '../deadline/clock.js';
import { deferred } from '../deadline/deferred.js';
import {
  type ClosingAnswer,
  closingAnswer,
  type ClosingQuestion,
  readClosing,
  readNotice,
  type StopOrder,
  stopMessage,
} from '../parent/parent-messages.js';
import { READY_MESSAGE } from '../parent/tell-parent.js';
import { exitCodeOf, type WorkerReport } from './cluster-report.js';

/** Told of a worker that is about to close a port. */
export type OnClosing = (worker: ClusterWorker, question: ClosingQuestion) => void;

/** One worker process, from its start to its end. */
export class ClusterWorker {
  readonly startedAt: number;
  readonly #ready = deferred();
  readonly #ended = deferred();
  readonly #ports = new Set<unknown>();
  /** It has this library, and tells by itself when it is ready. */
  #hasLibrary = false;
  #isReady = false;
  #isTold = false;
  #isKilled = false;
  #report: WorkerReport | undefined;

  /** `onClosing` is called when it is about to close a port. */
  constructor(
    private readonly worker: Worker,
    private readonly clock: Clock,
    private readonly onClosing: OnClosing,
  ) {
    this.startedAt = clock.now();
    worker.on('message', this.#onMessage);
    worker.on('listening', ({ port }) => this.#ports.add(port));
    // Without the library, a worker that listens is ready.
    worker.once('listening', () => (this.#hasLibrary ? undefined : this.#becomeReady()));
    worker.once('exit', (code: number | null, signal: NodeJS.Signals | null) => this.#onExit(code, signal));
    // A process that could not be started has no id, and emits no 'exit'. Any other error is one of a message that was not sent.
    worker.on('error', () => (this.pid === undefined ? this.#onExit(1, null) : undefined));
  }

  get id(): number {
    return this.worker.id;
  }

  get pid(): number | undefined {
    return this.worker.process.pid;
  }

  get hasLibrary(): boolean {
    return this.#hasLibrary;
  }

  get isReady(): boolean {
    return this.#isReady && this.#report === undefined;
  }

  /** How it ended; `undefined` while it runs. */
  get report(): WorkerReport | undefined {
    return this.#report;
  }

  /** Resolves when it is ready; never, where it ends before. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** What it is called in logs: `worker 3 (pid 17)`. */
  get name(): string {
    return `worker ${this.id} (pid ${this.pid ?? 'none'})`;
  }

  /**
   * Tells it to stop. One with this library gets a message, because a message that comes after the signal itself, which a terminal and
   * systemd send to all processes, is no second signal. Any other one gets the signal.
   */
  tell(order: StopOrder & { readonly signal: NodeJS.Signals }): void {
    if (this.#report !== undefined || this.#isTold) return;
    this.#isTold = true;
    if (!this.#hasLibrary || !this.worker.isConnected()) return this.#signal(order.signal);
    this.worker.send(stopMessage(order), (error: Error | null) => {
      if (error !== null) this.#signal(order.signal);
    });
  }

  /** Whether it listens on this port, or has. */
  listensOn(port: number): boolean {
    return this.#ports.has(port);
  }

  /** Answers a question of it. One that is gone does not need the answer. */
  answer(question: ClosingQuestion, answer: ClosingAnswer): void {
    if (this.worker.isConnected()) this.worker.send(closingAnswer(question, answer), () => undefined);
  }

  /** A second signal has come: one with this library ends at once, as it would without a primary. */
  repeat(signal: NodeJS.Signals): void {
    this.#isTold = true;
    this.#signal(signal);
  }

  /** Ends it at once. */
  kill(): void {
    if (this.#report !== undefined) return;
    this.#isKilled = true;
    this.#signal('SIGKILL');
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#report === undefined) this.worker.process.kill(signal);
  }

  readonly #onMessage = (message: unknown): void => {
    const notice = readNotice(message);
    if (notice === 'hello') this.#hasLibrary = true;
    const question = readClosing(message);
    if (question !== undefined) this.onClosing(this, question);
    if (notice === 'ready' || message === READY_MESSAGE) this.#becomeReady();
  };

  #becomeReady(): void {
    this.#isReady = true;
    this.#ready.resolve();
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#report !== undefined) return;
    const { id, pid } = this;
    const how = this.#isKilled ? 'killed' : this.#isTold ? 'stopped' : 'by-itself';
    const livedMs = Math.round(this.clock.now() - this.startedAt);
    this.#report = { id, pid, how, exitCode: exitCodeOf(code, signal), signal, wasReady: this.#isReady, livedMs };
    this.#ended.resolve();
  }
}
