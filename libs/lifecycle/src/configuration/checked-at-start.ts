import { type EventLog } from '../events/event-log.js';
import { nameText } from '../errors/safe-text.js';
import { type ApplicationFacts } from './application-facts.js';
import { type ConfigurationChecks } from './configuration-checks.js';
import { type ProductionReadinessResult } from './configuration-problem.js';
import { NotProductionReadyError } from './not-production-ready-error.js';
import { describeProblem, isRefused } from './verdict.js';

interface Parts {
  readonly configuration: ConfigurationChecks;
  readonly log: Pick<EventLog, 'log' | 'warn'>;
}

/**
 * Checks the configuration when the application starts, and tells what was found.
 *
 * @param facts asked for only where anything is looked at
 * @throws NotProductionReadyError where the application must not start
 */
export async function checkAtStart({ configuration, log }: Parts, facts: () => ApplicationFacts): Promise<void> {
  if (!configuration.isOn) return tellOfUnused(configuration, log);
  const result = await configuration.run(facts());
  if (isRefused(result)) throw new NotProductionReadyError(result);
  tell(result, log);
  for (const text of configuration.idle) log.warn(`productionReadiness.${text}`);
}

function tell(result: ProductionReadinessResult, log: Parts['log']): void {
  const { problems, accepted, passed, notJudged, isProduction } = result;
  const counts = [
    `${problems.length} problems`,
    `${accepted.length} accepted`,
    `${passed.length} checks passed`,
    `${notJudged.length} not judged`,
  ].join(', ');
  const fields = { event: 'configuration-checked', problems: problems.length, accepted: accepted.length };
  const isFatalThere = !isProduction && problems.some(({ level }) => level === 'refuse');
  log.log(`configuration: ${counts}${isFatalThere ? '. In production the service would not start' : ''}`, fields);
  for (const problem of problems) log.warn(`configuration: ${describeProblem(problem)}`, eventOf(problem));
  for (const { id, reason } of accepted) log.log(`configuration: ${id} is accepted: ${nameText(reason)}`);
}

function eventOf({ id, level }: { readonly id: string; readonly level: string }): Readonly<Record<string, string>> {
  return { event: 'configuration-problem', id, level };
}

/** Warns of declared checks that do not run: their author expects that they do. */
function tellOfUnused({ ownNames }: ConfigurationChecks, log: Parts['log']): void {
  if (ownNames.length === 0) return;
  log.warn(`Production checks are declared and do not run: ${ownNames.join(', ')}. Type productionReadiness: true.`);
}
