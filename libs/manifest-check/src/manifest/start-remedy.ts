import { type Instead } from './runner.js';

/** How a file writes what is started: a program, and its arguments, each of which may be left to the image. */
export interface StartForm {
  readonly keys: readonly [program: string, args: string];
  readonly write: (key: string, words: readonly string[]) => string;
  /** What stands between the two, where both are written; `undefined` where the first one says it all. */
  readonly between: string | undefined;
  /** How it writes a variable. */
  readonly variable: (name: string, text: string) => string;
}

const inYaml: StartForm['write'] = (key, words) => `${key}: ${listOf(words)}`;

/** Kubernetes and Cloud Run. */
export const KUBERNETES_START: StartForm = {
  keys: ['command', 'args'],
  write: inYaml,
  between: '\n',
  variable: (name, text) => `env:\n  - name: ${name}\n    value: ${JSON.stringify(text)}`,
};
export const COMPOSE_START: StartForm = {
  keys: ['entrypoint', 'command'],
  write: inYaml,
  between: '\n',
  variable: (name, text) => `environment:\n  ${name}: ${JSON.stringify(text)}`,
};
export const ECS_START: StartForm = {
  keys: ['entryPoint', 'command'],
  between: ',\n',
  write: (key, words) => `"${key}": ${listOf(words)}`,
  variable: (name, text) => `"environment": [{ "name": "${name}", "value": ${JSON.stringify(text)} }]`,
};
/** Nomad takes a single program, and its arguments beside it. */
export const NOMAD_START: StartForm = {
  keys: ['command', 'args'],
  between: undefined,
  write: (key, words) =>
    key === 'command' && words.length > 0
      ? `"command": ${JSON.stringify(words[0])}, "args": ${listOf(words.slice(1))}`
      : `"${key}": ${listOf(words)}`,
  variable: (name, text) => `"Env": { "${name}": ${JSON.stringify(text)} }`,
};
export const DOCKERFILE_START: StartForm = {
  keys: ['ENTRYPOINT', 'CMD'],
  between: '\n',
  write: (key, words) => `${key} ${listOf(words)}`,
  variable: (name, text) => `ENV ${name}=${text}`,
};

function listOf(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

/** What is written now: the words of the program, and those of its arguments. */
export type WrittenStart = readonly [program: readonly string[], args: readonly string[]];

/** The text to paste over what is written. */
export function startRemedy(
  { keys, write, between }: StartForm,
  [program, args]: WrittenStart,
  { words }: Instead,
): string {
  const [first, second] = keys;
  // What the image starts stays in front of its arguments.
  if (program.length === 0) return write(second, words);
  const isKept = args.length > 0 && program.every((word, index) => words[index] === word);
  if (isKept) return write(second, words.slice(program.length));
  const isOne = args.length === 0 || between === undefined;
  return isOne ? write(first, words) : `${write(first, words)}${between}${write(second, [])}`;
}

/** The remedy with its hint above it, where the format has comments, else below. */
export function withHint(remedy: string, { hint }: Instead, comment: string | undefined): string {
  if (hint === undefined) return remedy;
  return comment === undefined ? `${remedy}\n(${hint})` : `${comment} ${hint}\n${remedy}`;
}
