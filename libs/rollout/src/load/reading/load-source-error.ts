/** One thing wrong with a description of requests. */
export interface LoadProblem {
  /** As in `requests[0].weight`, or `line 3, column 5`; empty for the whole of it. */
  readonly at: string;
  /** What is wrong, and what to type. */
  readonly message: string;
}

/** Requests cannot be read from where they should come from. Lists every problem that was found. */
export class LoadSourceError extends Error {
  override readonly name = 'LoadSourceError';

  constructor(
    /** The file, or what was typed. */
    readonly source: string,
    readonly problems: readonly LoadProblem[],
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const lines = problems.map(({ at, message }) => `  - ${at === '' ? '' : `${at}: `}${message}`);
    super([`No requests from ${source}: ${count}.`, ...lines].join('\n'));
  }
}
