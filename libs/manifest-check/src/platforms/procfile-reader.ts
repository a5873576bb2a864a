import { Field } from '../source/field.js';
import { guard } from '../source/guard.js';
import { type Source } from '../source/source.js';
import { type Entry } from '../source/value.js';

/**
 * Reads a Procfile: types of processes, each with its command, as the platform reads them, which passes over every other line.
 * See https://devcenter.heroku.com/articles/procfile
 *
 * @throws UnusableInput for what is no text
 */
export function readProcfile(source: Source): Field {
  guard(source);
  const entries = new Map<string, Entry>();
  for (let line = 1; line <= source.lineCount; line += 1) {
    const [, type, gap, command] = /^([\w-]+)(\s*:\s*)(\S.*?)\s*$/.exec(source.lineText(line)) ?? [];
    if (type === undefined || gap === undefined || command === undefined) continue;
    const start = source.offsetAt({ line, column: 1 });
    const at = start + type.length + gap.length;
    const span = { start: at, end: at + command.length };
    entries.set(type, {
      keySpan: { start, end: start + type.length },
      value: { kind: 'scalar', span, content: command, text: command },
      isShared: false,
    });
  }
  return Field.root(source, {
    kind: 'mapping',
    span: { start: 0, end: source.text.length },
    style: 'read-only',
    entries,
  });
}
