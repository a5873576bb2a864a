import { hostname } from 'node:os';
import { HIDDEN, hideSecrets, isSecretName, looksSecret } from '../errors/hide-secrets.js';
import { OPTION_FIELDS } from '../options/option-fields.js';

/** Where the service runs. */
export interface EnvironmentInfo {
  /** `NODE_ENV`; `null` where it is not set. */
  readonly nodeEnv: string | null;
  readonly platform: string;
  readonly architecture: string;
  readonly host: string;
  readonly pid: number;
  /** Variables of this library, and those that the options name; what looks secret is hidden, and what is not set is left out. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * What is known of the environment. Only variables that are named are shown, and of those no secret: neither by its name nor by its
 * shape.
 *
 * @param named variables that the options name
 */
export function environmentInfo(named: readonly string[], variables: NodeJS.ProcessEnv = process.env): EnvironmentInfo {
  const own = Object.values(OPTION_FIELDS).flatMap((field) => ('variable' in field ? [field.variable] : []));
  const shown = [...new Set([...own, ...named])].flatMap((name): [string, string][] => {
    const value = variables[name];
    if (value === undefined) return [];
    return [[name, isSecretName(name) || looksSecret(value) ? HIDDEN : hideSecrets(value)]];
  });
  return {
    nodeEnv: variables['NODE_ENV'] ?? null,
    platform: process.platform,
    architecture: process.arch,
    host: hostname(),
    pid: process.pid,
    variables: Object.fromEntries(shown),
  };
}
