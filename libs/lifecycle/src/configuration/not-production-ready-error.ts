import { sharedByCopies } from '../copies/shared-class.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type ProductionReadinessResult } from './configuration-problem.js';
import { describeProblem } from './verdict.js';

/** The configuration of the application has problems, and it does not start in production with them. Lists every one at once. */
@sharedByCopies('NotProductionReadyError')
export class NotProductionReadyError extends LifecycleError {
  override readonly name = 'NotProductionReadyError';
  declare readonly result: ProductionReadinessResult;

  constructor(result: ProductionReadinessResult) {
    super('NOT_PRODUCTION_READY', textOf(result));
    // Not shown once more where an error is printed with its fields.
    Object.defineProperty(this, 'result', { value: result });
  }
}

function textOf({ problems }: ProductionReadinessResult): string {
  const fatal = problems.filter(({ level }) => level === 'refuse');
  const others = problems.filter(({ level }) => level === 'warn');
  const count = fatal.length === 1 ? '1 problem' : `${fatal.length} problems`;
  return [
    `The service does not start in production: ${count} in its configuration.`,
    ...fatal.map((problem) => `  - ${describeProblem(problem)}`),
    ...(others.length > 0 ? ['Beside them, and no reason to refuse:'] : []),
    ...others.map((problem) => `  - ${describeProblem(problem)}`),
    `To accept one, type productionReadiness: { accept: { '${fatal[0]?.id ?? 'id'}': 'why' } }.`,
  ].join('\n');
}
