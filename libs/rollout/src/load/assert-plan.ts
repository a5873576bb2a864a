import { InvalidScenarioError, type ScenarioProblem } from '../scenario/invalid-scenario-error.js';
import { type LoadPlan } from './load-plan.js';
import { problemOfRequest } from './problem-of-request.js';

/**
 * What a plan must be before it is played.
 *
 * @throws InvalidScenarioError listing every problem
 */
export function assertPlan({ kinds, openPerSecond, closedClients }: LoadPlan): void {
  const problems: ScenarioProblem[] = kinds.flatMap((kind, index) => {
    const message = problemOfRequest(kind);
    return message === undefined ? [] : [{ option: `requests[${index}]`, message }];
  });
  if (kinds.length === 0 && (openPerSecond > 0 || closedClients > 0)) {
    problems.push({ option: 'requests', message: "nothing to ask: write at least one, as in 'GET /'" });
  }
  if (problems.length > 0) throw new InvalidScenarioError(problems);
}
