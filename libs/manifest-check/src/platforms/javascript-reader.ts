import { parse, type Program } from 'acorn';
import { Field } from '../source/field.js';
import { guard, TOO_DEEP } from '../source/guard.js';
import { type Source } from '../source/source.js';
import { UnusableInput } from '../source/unusable-input.js';
import { emptyMapping, JavaScriptValues } from './javascript-values.js';

/**
 * Reads what a JavaScript file exports, without running it: its literals, and constants of the file that hold some. What has
 * to be computed (calls, templates, what is imported) is a field without a value. A file that exports no object has no fields.
 *
 * @throws UnusableInput when it is not JavaScript, or is nested too deep
 */
export function readJavaScript(source: Source): Field {
  guard(source);
  const program = parseProgram(source);
  const values = new JavaScriptValues(source, program);
  const exported = values.exported();
  return Field.root(source, exported === undefined || exported.kind === 'scalar' ? emptyMapping(source) : exported);
}

/** As a module, and where it is none, as a script. */
function parseProgram(source: Source): Program {
  const options = { ecmaVersion: 'latest', allowReturnOutsideFunction: true, allowHashBang: true } as const;
  try {
    return parse(source.text, { ...options, sourceType: 'module' });
  } catch {
    // What is wrong with it as a script is said below.
  }
  try {
    return parse(source.text, { ...options, sourceType: 'script' });
  } catch (error) {
    throw unusable(source, error);
  }
}

function unusable(source: Source, error: unknown): UnusableInput {
  const isTooDeep = error instanceof RangeError;
  const at = error instanceof SyntaxError && 'pos' in error && typeof error.pos === 'number' ? error.pos : 0;
  const [problem, remedy] = isTooDeep
    ? TOO_DEEP
    : [
        `the file is not JavaScript: ${error instanceof Error ? error.message : String(error)}.`,
        'Correct it; node --check on the file shows when it is right.',
      ];
  const code = isTooDeep ? 'TOO_DEEP' : 'BROKEN_SYNTAX';
  return new UnusableInput({ code, file: source.path, ...source.positionAt(at), problem, remedy });
}
