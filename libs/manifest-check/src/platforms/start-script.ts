import { type PackageScripts, scriptsOf } from '../manifest/package-scripts.js';
import { isHandedOn, type ScriptStart, scriptStartIn } from '../manifest/script-start.js';
import { skipInits } from '../manifest/runner.js';
import { isShell } from '../manifest/shell-line.js';
import { Field } from '../source/field.js';
import { folderOf } from '../source/neighbours.js';
import { type Source } from '../source/source.js';
import { fileInImage } from './image-files.js';
import { type PlatformFile } from './platform-file.js';

/** A shell script of the repository that an image starts. */
export interface StartScript {
  /** The command in it that starts the service; the whole script where that cannot be told. */
  readonly at: Field;
  /** What keeps the signal from the service in it. */
  readonly start: ScriptStart | undefined;
  /** Whether it gives way to what it is given. */
  readonly isHandedOn: boolean;
  /** The words up to it, and those that it is given. */
  readonly before: readonly string[];
  readonly args: readonly string[];
}

/**
 * The script that an image is started with, where it is in the folder that is built.
 *
 * @param context the folder that is built, where another file says so
 */
export function startScriptOf(words: readonly string[], file: PlatformFile, context?: string): StartScript | undefined {
  for (const [index, word] of words.entries()) {
    if (!isProgram(words.slice(0, index))) return undefined;
    const source = word.startsWith('-') ? undefined : fileInImage(word, file, context);
    if (source === undefined || !isShellScript(source)) continue;
    const name = word.split('/').at(-1) ?? word;
    const start = scriptStartIn(source.text, name);
    return {
      at: fieldIn(source, start),
      start,
      isHandedOn: isHandedOn(source.text),
      before: words.slice(0, index + 1),
      args: words.slice(index + 1),
    };
  }
  return undefined;
}

/** Whether what follows these words is the program: they are none, inits, or a shell with options. */
function isProgram(before: readonly string[]): boolean {
  const own = before.slice(skipInits(before));
  const [shell, ...options] = own;
  return shell === undefined || (isShell(shell) && options.every((word) => /^-[eux]+$/.test(word)));
}

function isShellScript({ path, text }: Source): boolean {
  return /^#!.*\b(?:ba|da|a|z|k)?sh\b/.test(text) || (path.endsWith('.sh') && !text.startsWith('#!'));
}

function fieldIn(
  source: Source,
  { start, length }: { readonly start: number; readonly length: number } = { start: 0, length: 0 },
): Field {
  const text = source.text.slice(start, start + length);
  return Field.root(source, { kind: 'scalar', span: { start, end: start + length }, content: text, text });
}

/** The scripts of the `package.json` that is built: beside the Dockerfile, or in the folder above. */
export function packageScriptsOf({ root, neighbours }: PlatformFile, context?: string): PackageScripts {
  const folder = context ?? folderOf(root.source.path);
  const found =
    neighbours?.find(folder, 'package.json') ??
    (context === undefined ? neighbours?.find(folder, '..', 'package.json') : undefined);
  return found === undefined ? {} : scriptsOf(found.text);
}
