import { isForeignStart, isNodeStart } from '../manifest/foreign.js';
import { type Field } from '../source/field.js';
import { baseImageOf, lastInstruction, variablesOfImage } from './last-instruction.js';
import { type PlatformFile } from './platform-file.js';

/** What a Dockerfile starts. */
export interface DockerStart {
  /** The instruction that counts most. */
  readonly at: Field;
  /** A line in shell form is given to `sh -c`, as Docker does. */
  readonly words: readonly string[];
  /** The program, and its arguments, as they are written. */
  readonly written: readonly [program: readonly string[], args: readonly string[]];
  /** The line in shell form. */
  readonly line: string | undefined;
  readonly variables: ReadonlyMap<string, Field>;
}

/** What a Dockerfile starts; `undefined` where that is left to the image that it is made from. */
export function dockerStartOf(file: PlatformFile): DockerStart | undefined {
  const [entrypoint, command] = [lastInstruction(file, 'ENTRYPOINT'), lastInstruction(file, 'CMD')];
  const at = entrypoint ?? command;
  if (at === undefined) return undefined;
  const line = at.at('form').text === 'shell' ? (at.at('text').text ?? '') : undefined;
  // The shell form gives its line to a shell, and drops what CMD would add.
  const written = [wordsOf(entrypoint), line === undefined ? wordsOf(command) : []] as const;
  const words = line === undefined ? written.flat() : ['sh', '-c', line];
  return { at, words, written, line, variables: variablesOfImage(file) };
}

function wordsOf(instruction: Field | undefined): readonly string[] {
  return instruction?.at('words').items.map(({ text }) => text ?? '') ?? [];
}

/** Whether a Dockerfile is certainly of something else than Node. */
export function isForeignImage(file: PlatformFile): boolean {
  return runtimeOfImage(file) === 'foreign';
}

/** What a Dockerfile is of, by the images it is made from, by what it runs and by what it starts; a script is read elsewhere. */
export function runtimeOfImage(file: PlatformFile): 'node' | 'foreign' | 'unknown' {
  const words = dockerStartOf(file)?.words ?? [];
  if (isForeignStart(baseImageOf(file), words)) return 'foreign';
  if (isNodeStart(words) || words.some((word) => /\bnode\b|\.[cm]?js\b/.test(word))) return 'node';
  const instructions = file.root.at('stages').items.flatMap((stage) => stage.at('instructions').items);
  const texts = instructions.map((one) => [one.at('keyword').text, one.at('text').text ?? ''] as const);
  if (texts.some(([keyword, text]) => (keyword === 'FROM' ? /node|\b(?:bun|deno|nest)/i : SIGN_OF_NODE).test(text))) {
    return 'node';
  }
  const isOther = !words.some((word) => SCRIPT.test(word)) || texts.some(([, text]) => SIGN_OF_OTHERS.test(text));
  return isOther ? 'foreign' : 'unknown';
}

const SCRIPT = /(?:\.sh|entrypoint)$/;
const SIGN_OF_NODE = /\b(?:npm|npx|yarn|pnpm|node_modules|package(?:-lock)?\.json|NODE_\w+|nodejs)\b/;
const SIGN_OF_OTHERS =
  /\b(?:php\d*|apache2|nginx|redis|mysql|mariadb|postgresql|mongodb|memcached|haproxy|rabbitmq|elasticsearch|tomcat|pip3?|python3?|requirements\.txt|openjdk|java|jre|jdk|jar|mvn|gradle|composer|ruby|gem|bundle|golang|go\s+build|cargo|dotnet|perl)\b/;
