import { isForeignStart } from '../manifest/foreign.js';
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
  return isForeignStart(baseImageOf(file), dockerStartOf(file)?.words ?? []);
}
