import { type ProductionReadinessSettings } from '../options/production-readiness-option.js';
import { type ApplicationFacts } from './application-facts.js';
import { type FoundProblem } from './configuration-problem.js';

/** A check could not say anything, and why. */
export class NotJudged {
  constructor(readonly why: string) {}
}

/** What a check comes to. */
export type CheckOutcome = readonly FoundProblem[] | NotJudged;

/** A ready-made check of the configuration. */
export interface ConfigurationCheck {
  /** By which it is chosen in `productionReadiness.checks`. */
  readonly name: string;
  run(
    facts: ApplicationFacts,
    settings: Pick<ProductionReadinessSettings, 'secrets'>,
  ): CheckOutcome | Promise<CheckOutcome>;
}

/** What a developer has on the own machine is no problem: nothing is looked at outside of production. */
export const ONLY_IN_PRODUCTION = new NotJudged('it is looked at in production alone');
