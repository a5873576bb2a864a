import { Field } from '../source/field.js';
import { type Source } from '../source/source.js';

/**
 * The variables of an env file, as Compose and Docker read it: `A=1`, `export A=1`, quotes around a value, comments. The last
 * one of a name counts. See https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax
 */
export function variablesInEnvFile(source: Source): ReadonlyMap<string, Field> {
  const variables = new Map<string, Field>();
  for (let line = 1; line <= source.lineCount; line += 1) {
    const [, start = '', name = '', gap = '', written = ''] =
      /^(\s*(?:export\s+)?)([A-Za-z_][\w.]*)(\s*[=:]\s*)(.*?)\s*$/.exec(source.lineText(line)) ?? [];
    if (name === '') continue;
    const offset = source.offsetAt({ line, column: start.length + name.length + gap.length + 1 });
    const content = valueOf(written);
    const span = { start: offset, end: offset + written.length };
    variables.set(name, Field.root(source, { kind: 'scalar', span, content, text: content }));
  }
  return variables;
}

function valueOf(written: string): string {
  const quoted = /^(?:"((?:[^"\\]|\\.)*)"|'([^']*)')/.exec(written);
  if (quoted !== null) return quoted[1] ?? quoted[2] ?? '';
  // A comment needs a blank in front of it.
  return written.replace(/(?:^|\s)#.*$/, '').trimEnd();
}
