/** How a process or a thread has ended. */
export interface RunnerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process or a thread. It is foreign: `tell` and `kill` may throw. */
export interface Runner {
  readonly kind: 'process' | 'thread';
  /** What it is called, with its number: `renderer (pid 17)`. */
  readonly name: string;
  readonly isOver: boolean;
  /** Asks it to stop. */
  tell(): void;
  /** Ends it at once. */
  kill(): void;
  /** Calls `listener` when it has ended. Returns its undo. */
  onEnd(listener: (end: RunnerEnd) => void): () => void;
  /** What is wrong with how it has ended, as the end of a sentence that begins with `it`; `undefined` where nothing is. */
  faultOf(end: RunnerEnd): string | undefined;
}
