import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { UsageError } from '../usage-error.js';

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
 * @throws UsageError with what the program said when it could not
 */
export async function renderKustomization(folder: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const [program, verb] of RENDERERS) {
    try {
      const { stdout } = await run(program, [verb, folder], { env, timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT });
      return stdout;
    } catch (error) {
      if (isMissing(error)) continue;
      const said = isObject(error) && 'stderr' in error ? String(error.stderr).trim() : String(error);
      throw new UsageError(`${program} ${verb} ${folder} failed: ${said}`);
    }
  }
  return undefined;
}

function isMissing(error: unknown): boolean {
  return isObject(error) && 'code' in error && error.code === 'ENOENT';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

const PATCH_LISTS = ['patches', 'patchesStrategicMerge', 'patchesJson6902', 'components'];

/** The files beside it that a kustomization uses as patches: parts of resources, not resources. */
export function patchesOf(text: string): string[] {
  const read: unknown = parse(text, { logLevel: 'silent', strict: false });
  if (!isObject(read)) return [];
  const lists: unknown[] = PATCH_LISTS.map((key): unknown => Reflect.get(read, key));
  return lists.flatMap((list) => (Array.isArray(list) ? list.flatMap(pathOf) : []));
}

function pathOf(entry: unknown): string[] {
  if (typeof entry === 'string') return [basename(entry)];
  const path: unknown = isObject(entry) ? Reflect.get(entry, 'path') : undefined;
  return typeof path === 'string' ? [basename(path)] : [];
}
