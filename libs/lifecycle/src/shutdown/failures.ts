import { describeError, LifecycleError } from '../errors/lifecycle-error.js';
import { sharedByCopies } from '../copies/shared-class.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type ErrorReport, type ShutdownReport } from '../report/shutdown-report.js';

interface Failure {
  readonly origin: string;
  readonly error: unknown;
}

/** What `app.close()` rejects with where `raiseOnError` is set and something has failed. Everything has run all the same. */
@sharedByCopies('ShutdownFailedError')
export class ShutdownFailedError extends LifecycleError {
  override readonly name = 'ShutdownFailedError';

  constructor(
    /** What was thrown, in the order in which it was. */
    readonly errors: readonly unknown[],
    message: string,
    readonly report: ShutdownReport | undefined,
  ) {
    super('CLOSE_FAILED', message, { cause: errors[0] });
  }
}

/** Everything that has failed since the shutdown began: hooks, those of Nest, background tasks, and errors not caught. */
export class Failures {
  readonly #failures: Failure[] = [];
  #hasBegun = false;

  readonly read = (event: LifecycleEvent): void => {
    if (event.type === 'shutdown-started') this.#hasBegun = true;
    if (!this.#hasBegun) return;
    const failure = failureOf(event);
    if (failure !== undefined) this.#failures.push(failure);
  };

  /** As texts, for `progress()`. */
  get reports(): ErrorReport[] {
    return this.#failures.map(({ origin, error }) => ({ origin, message: describeError(error) }));
  }

  /** `undefined` where nothing has failed. */
  asError(report: ShutdownReport | undefined): ShutdownFailedError | undefined {
    if (this.#failures.length === 0) return undefined;
    const lines = this.reports.map(({ origin, message }) => `  - ${origin}: ${message}`);
    const errors = this.#failures.map(({ error }) => error);
    return new ShutdownFailedError(
      errors,
      ['The application was closed, and something failed.', ...lines].join('\n'),
      report,
    );
  }
}

function failureOf(event: LifecycleEvent): Failure | undefined {
  if (event.type === 'hook-settled' && event.result !== 'done') return { origin: event.name, error: event.error };
  if (event.type === 'nest-hook-failed') return { origin: event.name, error: event.error };
  if (event.type === 'error-uncaught') return { origin: event.origin, error: event.error };
  if (event.type !== 'task-failed' || event.restartInMs !== undefined) return undefined;
  return { origin: `background task ${event.name}`, error: event.error };
}
