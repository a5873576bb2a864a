import { NotJudged } from './configuration-check.js';
import {
  type ConfigurationProblem,
  type FoundProblem,
  type ProductionReadinessResult,
} from './configuration-problem.js';

/** What one check came to. */
export interface CheckedConfiguration {
  readonly check: string;
  readonly level: ConfigurationProblem['level'];
  readonly outcome: readonly FoundProblem[] | NotJudged;
}

interface Terms {
  readonly isProduction: boolean;
  /** By the id of a problem, or the name of a check: why it is accepted. */
  readonly accept: Readonly<Record<string, string>>;
}

/** What all checks come to. */
export function judge(
  checked: readonly CheckedConfiguration[],
  { isProduction, accept }: Terms,
): ProductionReadinessResult {
  const found = checked.flatMap(({ check, level, outcome }) =>
    outcome instanceof NotJudged ? [] : outcome.map((one) => asProblem(one, check, level)),
  );
  const problems = found.filter((problem) => reasonFor(problem, accept) === undefined);
  return {
    status: problems.length === 0 ? 'ready' : 'not-ready',
    isProduction,
    checkedAt: new Date().toISOString(),
    problems,
    accepted: found.flatMap((problem) => {
      const reason = reasonFor(problem, accept);
      return reason === undefined ? [] : [{ ...problem, reason }];
    }),
    passed: checked
      .filter(({ outcome }) => !(outcome instanceof NotJudged) && outcome.length === 0)
      .map(({ check }) => check),
    notJudged: checked.flatMap(({ check, outcome }) =>
      outcome instanceof NotJudged ? [{ check, why: outcome.why }] : [],
    ),
  };
}

/** Why a problem is accepted; `undefined` where it is not. */
function reasonFor({ id, check }: ConfigurationProblem, accept: Terms['accept']): string | undefined {
  return [id, check].filter((name) => Object.hasOwn(accept, name)).map((name) => accept[name])[0];
}

/** Whether the application must not start. */
export function isRefused({ isProduction, problems }: ProductionReadinessResult): boolean {
  return isProduction && problems.some(({ level }) => level === 'refuse');
}

function asProblem(
  { about, message, remedy = '' }: FoundProblem,
  check: string,
  level: ConfigurationProblem['level'],
): ConfigurationProblem {
  return { id: about === undefined ? check : `${check}:${about}`, check, level, message, remedy };
}

/** One problem as a line. */
export function describeProblem({ id, message, remedy }: ConfigurationProblem): string {
  return `${id}: ${message}.${remedy === '' ? '' : ` ${remedy}`}`;
}
