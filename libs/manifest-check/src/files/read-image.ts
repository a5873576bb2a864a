import { baseImageOf, lastInstruction, variablesOfImage } from '../platforms/last-instruction.js';
import { type PlatformFile } from '../platforms/platform-file.js';
import { type TextFile } from '../source/source.js';
import { readFile } from './read-file.js';

/** What a Dockerfile says of how its image runs. */
export interface ImageStart {
  /** `ENTRYPOINT`, or that of a well-known image of Node; a line in shell form is given to `sh -c`. */
  readonly entrypoint: readonly string[];
  /** `CMD`. */
  readonly command: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
  /** `WORKDIR`. */
  readonly folder: string;
  readonly stopSignal: string | undefined;
  /** `EXPOSE`. */
  readonly ports: readonly number[];
  /** Whether the entry point is that of the official image of Node, which runs a script with `node`. */
  readonly isNodeImage: boolean;
}

/**
 * Reads a Dockerfile; its name has to tell that it is one.
 *
 * @throws UnusableInput when it cannot be read
 */
export function readImage(file: TextFile): ImageStart | undefined {
  const dockerfile = readFile(file).platforms.find(({ platform }) => platform === 'dockerfile');
  if (dockerfile === undefined) return undefined;
  return {
    ...programOf(dockerfile),
    variables: new Map([...variablesOfImage(dockerfile)].map(([name, { text = '' }]) => [name, text])),
    folder: textOf(dockerfile, 'WORKDIR') ?? '/',
    stopSignal: textOf(dockerfile, 'STOPSIGNAL'),
    ports: portsOf(dockerfile),
  };
}

function programOf(file: PlatformFile): Pick<ImageStart, 'entrypoint' | 'command' | 'isNodeImage'> {
  const base = baseImageOf(file);
  const written = wordsOf(file, 'ENTRYPOINT');
  const entrypoint = written ?? (/(?:^|\/)distroless\/nodejs/.test(base) ? ['node'] : []);
  // The shell form of ENTRYPOINT drops what CMD would add.
  const isLine = entrypoint[0] === 'sh' && entrypoint[1] === '-c';
  return {
    entrypoint,
    command: isLine ? [] : (wordsOf(file, 'CMD') ?? []),
    isNodeImage: written === undefined && /(?:^|\/)node(?:[:@]|$)/.test(base),
  };
}

function portsOf(file: PlatformFile): readonly number[] {
  const words = (textOf(file, 'EXPOSE') ?? '').split(/\s+/);
  return words.map((word) => Number.parseInt(word, 10)).filter((port) => port > 0);
}

function wordsOf(file: PlatformFile, keyword: string): readonly string[] | undefined {
  const found = lastInstruction(file, keyword);
  if (found === undefined) return undefined;
  return found.at('form').text === 'shell'
    ? ['sh', '-c', found.at('text').text ?? '']
    : found.at('words').items.map(({ text }) => text ?? '');
}

function textOf(file: PlatformFile, keyword: string): string | undefined {
  return lastInstruction(file, keyword)?.at('text').text?.trim();
}
