import { type PlannedStep } from './shutdown-plan.js';
import { planTable } from './plan-table.js';

/** Marks the JSON among whatever else is on the same output. */
const PLAN_FORMAT = 'nestjs-lifecycle/plan';
/** Counts up when what is printed changes its meaning. */
const PLAN_VERSION = 1;

/**
 * The plan as it was asked for; `undefined` where it was not.
 *
 * @param how the value of `SHUTDOWN_PRINT_PLAN`
 */
export function printedPlan(how: string | undefined, plan: () => readonly PlannedStep[]): string | undefined {
  if (how !== '1' && how !== 'json') return undefined;
  const steps = plan();
  const table = planTable(steps);
  if (how === '1') return table;
  return `${JSON.stringify({ format: PLAN_FORMAT, version: PLAN_VERSION, steps, table })}\n`;
}
