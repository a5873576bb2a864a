/** One thing wrong with what was asked for. */
export interface ScenarioProblem {
  /** As in `requests[0].weight`. */
  readonly option: string;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** A rehearsal cannot be played as it was described. Lists every problem at once. */
export class InvalidScenarioError extends Error {
  override readonly name = 'InvalidScenarioError';

  constructor(readonly problems: readonly ScenarioProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super([`The rehearsal cannot start: ${count}.`, ...problems.map(toLine)].join('\n'));
  }
}

function toLine({ option, message }: ScenarioProblem): string {
  return `  - ${option}: ${message}`;
}
