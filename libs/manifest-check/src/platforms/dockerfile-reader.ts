import { DockerfileParser, type Instruction, JSONInstruction } from 'dockerfile-ast';
import { Field } from '../source/field.js';
import { guard } from '../source/guard.js';
import { type Source, type Span } from '../source/source.js';
import { UnusableInput } from '../source/unusable-input.js';
import { type Entry, type Value } from '../source/value.js';

/** The parser's time grows with the square of what it is given. */
const LARGEST_DOCKERFILE = 256 * 1024;

/**
 * Reads a Dockerfile as `stages[].instructions[]`, each of them `{ keyword, text, form, words }`: `form` is `exec` or
 * `shell`, `words` are the strings of the exec form or the words of the other one. Instructions before the first `FROM`
 * are in a stage of their own only when they are more than `ARG`.
 *
 * @throws UnusableInput when it is too large
 */
export function readDockerfile(source: Source): Field {
  guard(source);
  if (source.text.length > LARGEST_DOCKERFILE) {
    throw new UnusableInput({
      code: 'TOO_LARGE',
      file: source.path,
      line: 1,
      column: 1,
      problem: 'the Dockerfile has more than 256 KB.',
      remedy: 'Move files that are written in it to files of their own, and COPY them.',
    });
  }
  const stages: Instruction[][] = [];
  for (const instruction of DockerfileParser.parse(source.text).getInstructions()) {
    if (instruction.getKeyword() === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  const whole = { start: 0, end: source.text.length };
  const values = stages.map((instructions) => {
    const items = instructions.map((instruction) => toValue(source, instruction));
    const span = items[0]?.span ?? whole;
    return mapping(span, { instructions: [span, list(span, items)] });
  });
  return Field.root(source, mapping(whole, { stages: [whole, list(whole, values)] }));
}

function toValue(source: Source, instruction: Instruction): Value {
  const span = spanOf(source, instruction.getRange());
  const isExec = instruction instanceof JSONInstruction && instruction.getOpeningBracket() !== null;
  const words = isExec ? instruction.getJSONStrings() : instruction.getArguments();
  const values = words.map((word) => {
    const own = spanOf(source, word.getRange());
    return scalar(own, isExec ? unquoted(source.text.slice(own.start, own.end)) : word.getValue());
  });
  return mapping(span, {
    keyword: [span, scalar(span, instruction.getKeyword())],
    text: [span, scalar(span, instruction.getArgumentsContent() ?? '')],
    form: [span, scalar(span, isExec ? 'exec' : 'shell')],
    words: [span, list(span, values)],
  });
}

/** As the parser has a string it lacks the blanks in it. */
function unquoted(written: string): string {
  try {
    return String(JSON.parse(written));
  } catch {
    return written.replaceAll(/^"|"$/g, '');
  }
}

type Range = ReturnType<Instruction['getRange']>;

function spanOf(source: Source, { start, end }: Range): Span {
  return {
    start: source.offsetAt({ line: start.line + 1, column: start.character + 1 }),
    end: source.offsetAt({ line: end.line + 1, column: end.character + 1 }),
  };
}

function mapping(span: Span, fields: Readonly<Record<string, readonly [keySpan: Span, value: Value]>>): Value {
  const entries = Object.entries(fields).map(([key, [keySpan, value]]): [string, Entry] => [
    key,
    { keySpan, value, isShared: false },
  ]);
  return { kind: 'mapping', span, style: 'read-only', entries: new Map(entries) };
}

function list(span: Span, values: readonly Value[]): Value {
  return { kind: 'list', span, style: 'read-only', items: values.map((value) => ({ value, isShared: false })) };
}

function scalar(span: Span, text: string): Value {
  return { kind: 'scalar', span, content: text, text };
}
