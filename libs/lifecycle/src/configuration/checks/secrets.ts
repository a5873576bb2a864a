import { LEAST_SECRET } from '../../options/production-readiness-option.js';
import { type ReadVariable } from '../../platform/platform.js';
import { type ConfigurationCheck } from '../configuration-check.js';
import { type FoundProblem } from '../configuration-problem.js';
import { isPlaceholder } from './placeholder.js';

/** Names of secrets that sign or encrypt, which the application chooses itself. */
const SIGNING =
  /^(?:\w+_)?(?:JWT|SESSION|COOKIE|CSRF|ACCESS_TOKEN|REFRESH_TOKEN)(?:_\w+)?_SECRET(?:_KEY)?$|^(?:JWT|AUTH|APP|SESSION|COOKIE)_SECRET$|^(?:SECRET_KEY|ENCRYPTION_KEY|APP_KEY)$/;

/** Names of secrets that others have chosen, such as passwords: their length is theirs. */
const GIVEN = /(?:^|_)(?:SECRET|PASSWORD|PASSWD|PASS|TOKEN|API_?KEY|PRIVATE_KEY)$/;

/** The secrets that the options name, and those of well-known names that are set. */
export const secrets: ConfigurationCheck = {
  name: 'secrets',
  run: ({ variable, variableNames }, { secrets: named }) => {
    const others = variableNames.filter((name) => !Object.hasOwn(named, name));
    return [
      ...Object.entries(named).flatMap(([name, least], index) =>
        required(name, least, { variable, variableNames, index }),
      ),
      ...others.filter((name) => SIGNING.test(name)).flatMap((name) => wellKnown(name, variable(name), LEAST_SECRET)),
      ...others
        .filter((name) => GIVEN.test(name) && !SIGNING.test(name))
        .flatMap((name) => wellKnown(name, variable(name), 0)),
    ];
  },
};

interface Place {
  readonly variable: ReadVariable;
  readonly variableNames: readonly string[];
  /** Its place in the option. */
  readonly index: number;
}

function required(name: string, least: number, { variable, variableNames, index }: Place): FoundProblem[] {
  if (variableNames.some((other) => variable(other) === name)) return [misplaced(index)];
  const value = variable(name);
  if (value !== undefined && value.trim() !== '') return wellKnown(name, value, least);
  const message = value === undefined ? 'the variable is not set' : 'the variable is empty';
  return [{ about: name, message, remedy: newSecret(name) }];
}

/** `secrets: [process.env.JWT_SECRET]`, which must not be shown. */
function misplaced(index: number): FoundProblem {
  return {
    about: `[${index}]`,
    message: 'productionReadiness.secrets has the value of a variable in place of its name',
    remedy: "Type secrets: ['JWT_SECRET'].",
  };
}

/** A well-known name that is not set, or empty, may be of no use here. */
function wellKnown(name: string, value: string | undefined, least: number): FoundProblem[] {
  if (value === undefined || value.trim() === '') return [];
  const remedy = newSecret(name);
  if (isPlaceholder(value))
    return [{ about: name, message: 'its value is a placeholder, which anybody can guess', remedy }];
  // Characters as a person counts them; spaces around a value come from a file with a line break at its end.
  const length = Array.from(value.trim()).length;
  return length < least ? [{ about: name, message: `it has fewer than ${least} characters`, remedy }] : [];
}

function newSecret(name: string): string {
  return /PASSWORD|PASSWD|_PASS$/.test(name)
    ? `Give the account a password of its own, and type ${name}=… with it.`
    : `Type ${name}=$(openssl rand -hex 32), and keep it in the secrets of the platform.`;
}
