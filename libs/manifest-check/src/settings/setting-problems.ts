import { type OptionProblem, type Settings, type TimeMisfit } from 'nestjs-lifecycle/options';
import { type Field } from '../source/field.js';
import { formatMs } from './duration.js';
import { type SettingProblem } from './service-settings.js';

type Fields = ReadonlyMap<string, Field>;

/** What the service itself says of values it cannot use, at the place in the files where each is written. */
export function problemsAt(problems: readonly OptionProblem[], fields: Fields, at: Field): SettingProblem[] {
  return problems.map(({ source, message }) => {
    const [, what = message, remedy = ''] = /^(.*?)\.? (Type .*)$/s.exec(message) ?? [];
    return { field: fields.get(source) ?? at, message: `${source}: ${what}`, remedy: asYaml(remedy) };
  });
}

/** `Type NAME=value.` is said of variables; a manifest has them in a list. */
function asYaml(remedy: string): string {
  const [, name = '', value = ''] = /^Type (SHUTDOWN_\w+)=(\S+?)\.?$/.exec(remedy) ?? [];
  return name === '' ? remedy : `env:\n  - name: ${name}\n    value: ${JSON.stringify(value)}`;
}

interface Misfit {
  readonly settings: Settings;
  readonly misfit: TimeMisfit;
  readonly fields: Fields;
  readonly at: Field;
  /** Whether the code says the grace period, so that the variable has no say. */
  readonly isInCode: boolean;
}

/** Times that do not fit into the grace period: the service says the same sum, in the words of its options. */
export function misfitProblem({ settings, misfit, fields, at, isInCode }: Misfit): SettingProblem {
  const { gracePeriodMs, preStopMs, lameDuck, drainTimeoutMs, hookBudgetMs, marginMs } = settings;
  const { sumMs, neededSeconds } = misfit;
  const [first] = fields.values();
  const message =
    `pre-stop ${formatMs(preStopMs)} + lame duck ${formatMs(lameDuck.maxMs)} + drain ${formatMs(drainTimeoutMs)} + ` +
    `hooks ${formatMs(hookBudgetMs)} + margin ${formatMs(marginMs)} = ${formatMs(sumMs)} ` +
    `${sumMs > gracePeriodMs ? 'do not fit into' : 'leave nothing for the drain of'} the grace period of ${formatMs(gracePeriodMs)}`;
  const remedy = isInCode
    ? `gracePeriod: '${neededSeconds}s'   // in GracefulShutdownModule.forRoot(), and terminationGracePeriodSeconds: ${neededSeconds}; or shorten the others`
    : `env:\n  - name: SHUTDOWN_GRACE_PERIOD\n    value: ${neededSeconds}s\n# and in the pod's spec:\nterminationGracePeriodSeconds: ${neededSeconds}   # or shorten the others`;
  return { field: fields.get('SHUTDOWN_GRACE_PERIOD') ?? first ?? at, message, remedy };
}
