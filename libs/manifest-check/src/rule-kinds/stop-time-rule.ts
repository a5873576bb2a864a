import { type Model, type Report, type Rule } from './rule.js';
import { type Severity } from '../findings/severity.js';
import { ASSUMED, isAssumed, type SignOfModule } from '../settings/assumed.js';
import { formatMs } from '../settings/duration.js';
import { marginOf } from 'nestjs-lifecycle/options';
import { fits, smallestGracePeriod } from '../settings/grace-period.js';
import { type Platform } from '../platforms/platform-file.js';
import { type ServiceProcess, serviceProcessesOf } from '../platforms/service-process.js';

/** How long a platform waits between its signal and SIGKILL. */
export interface StopTime {
  readonly at: Report['at'];
  readonly ms: number;
  /** `Docker waits 10s (the default)`. */
  readonly words: string;
}

/** What is wrong when that is less than the service plans with. */
export interface TooShort {
  readonly message: string;
  readonly why: string;
  /** How long it should be. */
  readonly seconds: number;
  /** Less than the rule's own where nothing shows that the service plans with anything. */
  readonly severity: Severity | undefined;
}

/** Less than this cuts what any service may have in flight. */
const SHORT_FOR_ANY_MS = 5000;

/** Compares what a service may take from its signal on with what it is given. */
export function tooShort(
  { settings }: Pick<ServiceProcess, 'settings'>,
  { ms, words }: Pick<StopTime, 'ms' | 'words'>,
  facts: SignOfModule,
): TooShort | undefined {
  if (!settings.enabled) return undefined;
  const { lameDuck, drainTimeoutMs, hookBudgetMs } = settings;
  const planMs = lameDuck.maxMs + drainTimeoutMs + hookBudgetMs;
  if (fits(planMs, ms)) return undefined;
  const marginMs = marginOf(ms);
  const isGuess = isAssumed(settings, facts);
  return {
    message:
      `lame duck ${formatMs(lameDuck.maxMs)} + drain ${formatMs(drainTimeoutMs)} + hooks ${formatMs(hookBudgetMs)} + ` +
      `margin ${formatMs(marginMs)} = ${formatMs(planMs + marginMs)}${isGuess ? ASSUMED : ''}, but ${words}`,
    why: 'Then comes SIGKILL: requests still in flight are cut, and hooks that close databases or flush telemetry do not run.',
    seconds: smallestGracePeriod(planMs),
    severity: isGuess ? guessedSeverity(ms) : undefined,
  };
}

/** The severity where the time that the service plans with is not known. */
export function guessedSeverity(ms: number): Severity {
  return ms < SHORT_FOR_ANY_MS ? 'warning' : 'note';
}

interface StopTimeRule extends Omit<Rule, 'check'> {
  readonly platform: Platform;
  /** `undefined` where the file does not show it. */
  stopTimeOf(this: void, process: ServiceProcess): StopTime | undefined;
  report(this: void, time: StopTime, tooShort: TooShort, process: ServiceProcess): Pick<Report, 'remedy' | 'fix'>;
}

/** A rule on the time that a platform gives a process. */
export function stopTimeRule({ platform, stopTimeOf, report, ...rule }: StopTimeRule): Rule {
  return { ...rule, check: (model) => check(model, { platform, stopTimeOf, report }) };
}

type Checked = Pick<StopTimeRule, 'platform' | 'stopTimeOf' | 'report'>;

function* check(model: Model, { platform, stopTimeOf, report }: Checked): Iterable<Report> {
  for (const file of model.platforms.filter((one) => one.platform === platform)) {
    for (const process of serviceProcessesOf(file, model.findPrinted)) {
      // What it plans with stands elsewhere.
      if (process.missing.length > 0) continue;
      const time = stopTimeOf(process);
      const problem = time && tooShort(process, time, model.facts);
      if (time === undefined || problem === undefined) continue;
      const { message, why, severity } = problem;
      yield { at: time.at, about: process.about, message, why, severity, ...report(time, problem, process) };
    }
  }
}
