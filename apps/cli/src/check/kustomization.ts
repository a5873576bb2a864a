import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { UnusableInput } from 'nestjs-lifecycle-manifest-check';
import { parse } from 'yaml';
import { type ReadOnce } from './read-once.js';

/** The file that makes a folder a kustomization. */
export const KUSTOMIZATION = /^kustomization\.ya?ml$|^Kustomization$/;

const run = promisify(execFile);

/** Programs that render a kustomization, the one that does nothing else first. */
const RENDERERS = [
  ['kustomize', 'build'],
  ['kubectl', 'kustomize'],
] as const;
const TIMEOUT_MS = 30_000;
const MOST_OUTPUT = 64 * 1024 * 1024;

/**
 * What a folder's kustomization renders to; `undefined` where no program for that is installed.
 *
 * @param file the kustomization itself, as it is shown
 * @throws UnusableInput with what the program said when it could not
 */
export async function renderKustomization(
  folder: string,
  { file, env }: { readonly file: string; readonly env: NodeJS.ProcessEnv },
): Promise<string | undefined> {
  for (const [program, verb] of RENDERERS) {
    try {
      const { stdout } = await run(program, [verb, folder], { env, timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT });
      return stdout;
    } catch (error) {
      if (isMissing(error)) continue;
      const stderr: unknown = Reflect.get(Object(error), 'stderr');
      const said = typeof stderr === 'string' ? stderr.trim() : String(error);
      throw new UnusableInput({
        ...{ code: 'NOT_RENDERED', file, line: 1, column: 1 },
        problem: `${program} ${verb} failed: ${said}`,
        remedy: `Correct it until this prints manifests: ${program} ${verb} ${folder}`,
      });
    }
  }
  return undefined;
}

function isMissing(error: unknown): boolean {
  return Reflect.get(Object(error), 'code') === 'ENOENT';
}

const SOURCE_LISTS = ['resources', 'bases', 'components', 'patches', 'patchesStrategicMerge'];

/** What a kustomization is rendered from. */
export interface KustomizationSources {
  /** Its files, and those of its bases and components, each once. */
  readonly files: readonly string[];
  /** The folders of its bases and components, and of theirs. */
  readonly bases: readonly string[];
}

/** What a kustomization is rendered from. What is elsewhere, such as an address, or cannot be read, is left out: the renderer says so. */
export async function sourcesOf(folder: string, reader: ReadOnce): Promise<KustomizationSources> {
  const folders = new Set<string>();
  const files = await filesOf(folder, reader, folders);
  return { files: [...new Set(files)], bases: [...folders].filter((base) => base !== folder) };
}

async function filesOf(folder: string, reader: ReadOnce, seen: Set<string>): Promise<readonly string[]> {
  if (seen.has(folder)) return [];
  seen.add(folder);
  const own = (await reader.entries(folder)).find(({ name }) => KUSTOMIZATION.test(name));
  const read = own === undefined ? undefined : parsed(await reader.text(join(folder, own.name)));
  const lists: unknown[] = SOURCE_LISTS.map((key): unknown => Reflect.get(Object(read), key));
  const files: string[] = [];
  for (const path of lists.flatMap((list) => (Array.isArray(list) ? list.flatMap(fullPathOf) : []))) {
    const at = resolve(folder, path);
    const status = await stat(at).catch(() => undefined);
    if (status?.isDirectory() === true) files.push(...(await filesOf(at, reader, seen)));
    else if (status?.isFile() === true) files.push(at);
  }
  return files;
}

const PATCH_LISTS = ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'components'];

/**
 * The files beside it that a kustomization uses as patches: parts of resources, not resources; `undefined` when it
 * cannot be read.
 */
export function patchesOf(text: string): string[] | undefined {
  const read = parsed(text);
  if (read === undefined) return undefined;
  const lists: unknown[] = PATCH_LISTS.map((key): unknown => Reflect.get(Object(read), key));
  return lists.flatMap((list) => (Array.isArray(list) ? list.flatMap(pathOf) : []));
}

/** Broken YAML and too many aliases are reported by the check, which knows the line. */
function parsed(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error', strict: false }) ?? [];
  } catch {
    return undefined;
  }
}

function pathOf(entry: unknown): string[] {
  return fullPathOf(entry).map((path) => basename(path));
}

function fullPathOf(entry: unknown): string[] {
  const path: unknown = typeof entry === 'string' ? entry : Reflect.get(Object(entry), 'path');
  return typeof path === 'string' && !path.includes('\n') ? [path] : [];
}
