import { type ReadVariable } from '../platform/platform.js';

/** Variables whose values are never shown. */
const NAMES = /SECRET|PASSWORD|PASSWD|_PASS$|TOKEN|KEY|CREDENTIAL|_PAT$|COOKIE|DSN|SALT|PIN$/i;
/** A shorter value stands in ordinary words. */
const SHORTEST = 5;
const HIDDEN = '***';

/**
 * Removes what is secret from texts of other code: the values of variables with such names, and of those that the application has named
 * as secrets; and what stands before the @ of an address.
 *
 * @param named the variables that the application has named
 */
export function secretHider(
  { variable, variableNames }: { readonly variable: ReadVariable; readonly variableNames: readonly string[] },
  named: readonly string[],
): (text: string) => string {
  const values = [...new Set([...named, ...variableNames.filter((name) => NAMES.test(name))])]
    .map((name) => variable(name)?.trim() ?? '')
    .concat(variableNames.flatMap((name) => passwordsOf(variable(name) ?? '')))
    .filter((value) => value.length >= SHORTEST)
    // A value may be a part of another one.
    .toSorted((a, b) => b.length - a.length);
  return (text) =>
    values.reduce((shown, value) => shown.replaceAll(value, HIDDEN), text).replaceAll(CREDENTIALS, `$1${HIDDEN}@`);
}

const CREDENTIALS = /(:\/\/)[^\s/?#]*@/g;

/** The password of an address, as it is written and as it is meant. */
function passwordsOf(value: string): string[] {
  const [, written = ''] = /:\/\/[^\s/?#:]*:([^\s/?#]*)@/.exec(value) ?? [];
  if (written === '') return [];
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    // What is no encoding stands for itself.
    return [written];
  }
}
