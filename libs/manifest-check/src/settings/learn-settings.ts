import {
  eachOption,
  OPTION_FIELDS,
  type OptionProblem,
  readOptions,
  settle,
  type Settings,
  type WrittenOptions,
} from 'nestjs-lifecycle/options';
import { type Field } from '../source/field.js';
import { type PrintedSettings } from './printed-settings.js';
import { type ServiceSettings, type SettingDifference } from './service-settings.js';
import { misfitProblem, problemsAt } from './setting-problems.js';
import { unknownVariablesIn } from './unknown-variables.js';

/** Where the settings of a service can be learned from, the strongest first. */
export interface SettingSources {
  readonly printed: PrintedSettings | undefined;
  /** The variables that a file gives the service, each with the place where it is written. */
  readonly variables: ReadonlyMap<string, Field>;
  /** Whether an orchestrator runs it, or `NODE_ENV` is `production`: elsewhere the default lame duck is 0. */
  readonly isProduction: boolean;
  /** Where the service stands in the file, for what no variable of the file says. */
  readonly at: Field;
}

/** What the service will do: as its code says, then as its environment says, then as it does by default. */
export function learnSettings({ printed, variables, isProduction, at }: SettingSources): ServiceSettings {
  const fields = writtenFields(variables);
  const { options, problems: unreadable } = optionsOf(printed, variables);
  const place = { isProduction, platform: 'linux' } as const;
  const { settings, time, contradictory } = settle({ options, problems: unreadable }, place);
  const problems = [...unreadable, ...contradictory];
  const misfit = problems.length > 0 ? undefined : time.misfit;
  // Where the service would not start, all that is found has to fit together: so with what is wrong set right.
  const mended =
    misfit && settle({ options: { ...options, gracePeriod: misfit.neededSeconds * 1000 }, problems }, place);
  return {
    ...asServiceSettings((mended ?? { settings }).settings),
    server: printed?.server ?? {},
    origin: printed !== undefined ? 'printed' : fields.size > 0 ? 'environment' : 'defaults',
    variables: fields,
    overruled: new Set([...VARIABLES].flatMap(([name, option]) => (isInCode(printed, option) ? [name] : []))),
    unknownVariables: unknownVariablesIn(variables, options.knownVariables),
    differences: printed === undefined ? [] : differencesOf(printed, fields),
    problems: [
      ...problemsAt(problems, fields, at),
      ...(misfit === undefined
        ? []
        : [misfitProblem({ settings, misfit, fields, at, isInCode: isInCode(printed, 'gracePeriod') })]),
    ],
  };
}

/** The signals that the service listens to, wherever it runs. */
export function signalsOf(printed: PrintedSettings | undefined): readonly string[] {
  return settle(optionsOf(printed, new Map()), { isProduction: true, platform: 'linux' }).settings.signals;
}

type OwnSettings = Omit<
  ServiceSettings,
  'server' | 'origin' | 'variables' | 'overruled' | 'unknownVariables' | 'differences' | 'problems'
>;

function asServiceSettings(settings: Settings): OwnSettings {
  const { health, readiness, ...others } = settings;
  return {
    ...others,
    healthPath: health.isServed ? health.path : undefined,
    readinessOnShutdown: readiness.onShutdown,
  };
}

/** The variables that options are read from. */
const VARIABLES: ReadonlyMap<string, keyof WrittenOptions> = new Map(
  Object.entries(OPTION_FIELDS).flatMap(([name, field]) =>
    'variable' in field ? [[field.variable, name as keyof WrittenOptions]] : [],
  ),
);

function writtenFields(variables: ReadonlyMap<string, Field>): ReadonlyMap<string, Field> {
  const written = [...VARIABLES.keys()].flatMap((name): [string, Field][] => {
    const field = variables.get(name);
    return field?.text === undefined || field.text.trim() === '' ? [] : [[name, field]];
  });
  return new Map(written);
}

interface LearnedOptions {
  readonly options: WrittenOptions;
  readonly problems: readonly OptionProblem[];
}

/** What the code has written stays; what the environment may say is what it says here, else what it said there. */
function optionsOf(printed: PrintedSettings | undefined, variables: ReadonlyMap<string, Field>): LearnedOptions {
  const there = printed?.environment;
  const variable = (name: string): string | undefined => {
    // Where the code has written it, the environment has no say, and was not printed.
    if (there !== undefined && there[name] === undefined) return undefined;
    return variables.get(name)?.text ?? there?.[name] ?? undefined;
  };
  const said = readOptions({ code: {}, variable });
  const options = eachOption((name) => (isInCode(printed, name) ? printed?.written[name]?.value : said.options[name]));
  const ofCode = (printed?.unreadable ?? []).filter(({ source }) => !VARIABLES.has(source));
  return { options, problems: [...ofCode, ...said.problems] };
}

function isInCode(printed: PrintedSettings | undefined, name: keyof WrittenOptions): boolean {
  const origin = printed?.written[name]?.origin;
  return origin === 'code' || origin === 'namespace';
}

function differencesOf({ environment }: PrintedSettings, fields: ReadonlyMap<string, Field>): SettingDifference[] {
  return [...fields].flatMap(([name, field]) => {
    const printedText = environment[name];
    if (printedText === undefined || isSame(name, field.text ?? '', printedText ?? '')) return [];
    return [{ name, field, printedText }];
  });
}

/** `60` and `1m` are the same time. */
function isSame(variable: string, one: string, other: string): boolean {
  if (one.trim().toLowerCase() === other.trim().toLowerCase()) return true;
  const [first, second] = [one, other].map((text) => {
    const { options, problems } = readOptions({ code: {}, variable: (name) => (name === variable ? text : undefined) });
    return problems.length > 0 ? undefined : JSON.stringify(options);
  });
  return first !== undefined && first === second;
}
