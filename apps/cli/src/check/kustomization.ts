import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { UnusableInput } from 'nestjs-lifecycle-manifest-check';
import { parse } from 'yaml';

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
  if (typeof entry === 'string') return [basename(entry)];
  const path: unknown = Reflect.get(Object(entry), 'path');
  return typeof path === 'string' ? [basename(path)] : [];
}
