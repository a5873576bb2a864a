import { sharedByCopies } from '../copies/shared-class.js';
import { LifecycleError } from '../errors/lifecycle-error.js';

/** One thing wrong with the options. */
export interface OptionProblem {
  /** Where it came from: `gracePeriod`, or `SHUTDOWN_GRACE_PERIOD`. */
  readonly source: string;
  /** The whole sentence: value received, what is allowed, what to type. */
  readonly message: string;
}

/** The options cannot be used. Lists every problem at once; the boot fails. */
@sharedByCopies('InvalidOptionsError')
export class InvalidOptionsError extends LifecycleError {
  override readonly name = 'InvalidOptionsError';

  /** @param what cannot start */
  constructor(
    readonly problems: readonly OptionProblem[],
    what = 'GracefulShutdownModule',
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('INVALID_OPTIONS', [`${what} cannot start: ${count} in its options.`, ...problems.map(toLine)].join('\n'));
  }
}

function toLine(problem: OptionProblem): string {
  return `  - ${problem.source}: ${problem.message}`;
}
