import { InvalidOptionsError } from '../../libs/lifecycle/src/options/invalid-options-error.js';
import { resolveSettings } from '../../libs/lifecycle/src/options/resolve-settings.js';
import { type Settings } from '../../libs/lifecycle/src/options/settings.js';

type Variables = Readonly<Record<string, string>>;

/** The settings of options in code, and of variables, on Linux. */
export function settingsOf(code: object, variables: Variables = {}): Settings {
  return resolveSettings({ code, variable: (name) => variables[name], platform: 'linux' });
}

/** What is wrong with them, each with where it is written; nothing where they can be used. */
export function problemsOf(code: object, variables?: Variables): readonly string[] {
  try {
    settingsOf(code, variables);
  } catch (error) {
    if (error instanceof InvalidOptionsError)
      return error.problems.map(({ source, message }) => `${source}: ${message}`);
    throw error;
  }
  return [];
}
