import { inspect } from 'node:util';
import { type Flaw, INVALID, type Invalid } from './flaws.js';
import { type OptionProblem } from './invalid-options-error.js';
import { nearestName } from './nearest-name.js';
import { type OptionField } from './option-field.js';

/** What was written, and where. */
export interface Written {
  /** `lameDuck`, `gracefulShutdown.lameDuck` or `SHUTDOWN_LAME_DUCK`. */
  readonly source: string;
  readonly value: unknown;
}

/** What is wrong with an option, as a whole or in some of its parts. */
export function explainInvalid(written: Written, parsed: Invalid, field: OptionField<unknown>): OptionProblem[] {
  if (parsed === INVALID) return [{ source: written.source, message: explainValue(written, field) }];
  return parsed.list.map((flaw) => explainFlaw(written.source, flaw));
}

/** There is no option, or no part of one, of this name. `below` is what comes before the names: `lameDuck.`. */
export function explainUnknown(
  { source, value }: Written,
  { names, below }: { readonly names: readonly string[]; readonly below: string },
): OptionProblem {
  const nearest = nearestName(source.split('.').at(-1) ?? '', names);
  const guess = nearest === undefined ? '.' : `; did you mean ${below}${nearest}?`;
  const message = `there is no such option (received ${show(value)})${guess} Type one of ${names.join(', ')}.`;
  return { source, message };
}

function explainFlaw(option: string, { path, received, remedy }: Flaw): OptionProblem {
  const source = option + path;
  if ('keys' in remedy) {
    return explainUnknown({ source, value: received }, { names: remedy.keys, below: `${option}${remedy.below}.` });
  }
  const name = /\.(\w+)$/.exec(path)?.[1];
  const toType = name === undefined ? remedy.example : `${name}: ${remedy.example}`;
  const what = received === undefined ? 'nothing' : show(received);
  return { source, message: `received ${what}; allowed: ${remedy.allowed}. Type ${toType}.` };
}

function explainValue({ source, value }: Written, field: OptionField<unknown>): string {
  const isVariable = source === field.variable;
  const bare = field.example.replaceAll("'", '');
  const remedy = isVariable ? `${source}=${bare}` : `${source.split('.').at(-1)}: ${field.example}`;
  const inVariable = field.allowedInVariable ?? field.allowed.replace('number of milliseconds', 'number of seconds');
  const allowed = isVariable ? inVariable : field.allowed;
  return `received ${show(value)}; allowed: ${allowed}. Type ${remedy}.`;
}

/** A value as code, kept short. */
export function show(value: unknown): string {
  return inspect(value, { breakLength: Infinity, depth: 2, maxStringLength: 80, maxArrayLength: 8 });
}
