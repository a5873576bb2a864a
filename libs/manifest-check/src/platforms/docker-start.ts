import { isForeignStart, isNodeStart } from '../manifest/foreign.js';
import { baseName } from '../manifest/runner.js';
import { folderOf } from '../source/neighbours.js';
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

/** Whether a Dockerfile is certainly of something else than Node, by the image it is made from and by what it starts. */
export function isForeignImage(file: PlatformFile): boolean {
  const words = dockerStartOf(file)?.words ?? [];
  return isForeignStart(baseImageOf(file), words) || !hasSignOfNode(file, words);
}

/** Its images, what it runs and what it starts; a script is read elsewhere. */
function hasSignOfNode({ root }: PlatformFile, words: readonly string[]): boolean {
  if (isNodeStart(words) || words.some((word) => SCRIPT.test(word) || /\bnode\b|\.[cm]?js\b/.test(word))) return true;
  const instructions = root.at('stages').items.flatMap((stage) => stage.at('instructions').items);
  return instructions.some((one) => {
    const text = one.at('text').text ?? '';
    return one.at('keyword').text === 'FROM' ? /node|bun|deno|nest/i.test(text) : SIGN_OF_NODE.test(text);
  });
}

const SCRIPT = /(?:\.sh|entrypoint)$/;
const SIGN_OF_NODE = /\b(?:npm|npx|yarn|pnpm|node_modules|package(?:-lock)?\.json|NODE_\w+|nodejs)\b/;

/** The names of images that are built here of something else than Node: those of the folders of their Dockerfiles. */
export function foreignBuilds(files: readonly PlatformFile[]): ReadonlySet<string> {
  const byName = new Map<string, boolean>();
  for (const file of files.filter(({ platform }) => platform === 'dockerfile')) {
    const name = baseName(folderOf(file.root.source.path).replace(/\/+$/, '')).toLowerCase();
    byName.set(name, isForeignImage(file) && byName.get(name) !== false);
  }
  return new Set([...byName].flatMap(([name, isForeign]) => (isForeign && name !== '' ? [name] : [])));
}
