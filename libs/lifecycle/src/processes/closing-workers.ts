import { type ClosingAnswer, type ClosingQuestion } from '../parent/parent-messages.js';

/** What is asked by workers that are about to close a port. */
export interface ClosingWorker {
  readonly hasLibrary: boolean;
  /** Listens on this port, or has. */
  listensOn(port: number): boolean;
  answer(question: ClosingQuestion, answer: ClosingAnswer): void;
}

interface Parts {
  /** Those that have not ended. */
  readonly running: () => Iterable<ClosingWorker>;
  /** Whether all are to stop: else the others go on. */
  readonly isStopping: () => boolean;
  /** Accepts no connections on a port any more. Returns whether it did. */
  readonly close: (port: number) => Promise<boolean>;
}

/**
 * Workers that stop at the same time. Node closes connections that the primary has accepted, and not handed over yet, when the last worker closes its
 * listener. So the port is closed here first, once every worker that listens on it has asked. Until then all of them serve.
 */
export class ClosingWorkers {
  readonly #asked = new Map<number, Set<ClosingWorker>>();
  readonly #open = new Map<number, (() => void)[]>();
  readonly #closed = new Map<number, Promise<boolean>>();

  constructor(private readonly parts: Parts) {}

  /** A worker is about to close its listener. */
  ask(worker: ClosingWorker, question: ClosingQuestion): void {
    const { port } = question;
    if (!this.parts.isStopping()) return worker.answer(question, 'open');
    this.#asked.set(port, (this.#asked.get(port) ?? new Set()).add(worker));
    const answer = (): void => void this.#answer(worker, question);
    this.#open.set(port, [...(this.#open.get(port) ?? []), answer]);
    this.#look(port);
  }

  /** A worker has ended: the others may have waited for it. */
  ended(): void {
    for (const port of this.#open.keys()) this.#look(port);
  }

  #look(port: number): void {
    const others = [...this.parts.running()].filter(
      (worker) => worker.listensOn(port) && !this.#asked.get(port)?.has(worker),
    );
    // One without this library does not ask. It goes on until it closes by itself.
    if (others.length > 0 && others.every(({ hasLibrary }) => hasLibrary)) return;
    if (others.length === 0 && !this.#closed.has(port)) this.#closed.set(port, this.parts.close(port));
    const answers = this.#open.get(port) ?? [];
    this.#open.delete(port);
    for (const answer of answers) answer();
  }

  async #answer(worker: ClosingWorker, question: ClosingQuestion): Promise<void> {
    const isClosed = (await this.#closed.get(question.port)) ?? false;
    worker.answer(question, isClosed ? 'closed' : 'open');
  }
}
