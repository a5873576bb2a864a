import { nearestName } from './nearest-name.js';
import { OPTION_FIELDS } from './option-fields.js';
import { PRINT_PLAN } from './print-plan.js';
import { PRINT_SETTINGS } from './printed-settings.js';

/** What the variables of this library begin with. */
const PREFIX = 'SHUTDOWN_';
/** What those of the health monitor begin with, as many others do: one of these is told of where it is like one of ours. */
const COMMON_PREFIX = 'HEALTH_';

/** A variable that begins like ours, and that nothing reads. */
export interface UnknownVariable {
  readonly name: string;
  /** The variable that was probably meant; one of another name that means the same in other systems is told as well. */
  readonly nearest: string | undefined;
}

/** What other systems, and earlier ones, call the same. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  SHUTDOWN_TIMEOUT: 'SHUTDOWN_GRACE_PERIOD',
  SHUTDOWN_DELAY: 'SHUTDOWN_LAME_DUCK',
  SHUTDOWN_PORT: 'SHUTDOWN_PROBE_PORT',
  HEALTH_CHECK_INTERVAL_SECONDS: 'HEALTH_CHECK_INTERVAL',
  HEALTH_INTERVAL: 'HEALTH_CHECK_INTERVAL',
};

/**
 * Which of the names given begin like a variable of this library, and are none: a slip of the pen would otherwise boot in
 * silence with the default.
 *
 * @param known names that belong to the application itself, or to another library
 */
export function findUnknownVariables(names: readonly string[], known: readonly string[] = []): UnknownVariable[] {
  const ours = Object.values(OPTION_FIELDS).flatMap((field) => ('variable' in field ? [field.variable] : []));
  const read: ReadonlySet<string> = new Set([...ours, PRINT_SETTINGS, PRINT_PLAN, ...known]);
  const unread = names.filter((name) => !read.has(name));
  const nearestTo = (name: string): string | undefined => OTHER_WORDS[name] ?? nearestName(name, ours);
  return unread.flatMap((name) => {
    if (name.startsWith(PREFIX)) return [{ name, nearest: nearestTo(name) }];
    const nearest = name.startsWith(COMMON_PREFIX) ? nearestTo(name) : undefined;
    return nearest?.startsWith(COMMON_PREFIX) === true ? [{ name, nearest }] : [];
  });
}

/** The line that tells of one. */
export function describeUnknownVariable({ name, nearest }: UnknownVariable): string {
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `${name} is set, and nothing reads it.${meant} Remove it, or list it: knownVariables: ['${name}'].`;
}
