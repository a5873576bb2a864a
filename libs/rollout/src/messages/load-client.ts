import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageError } from './message-error.js';

/** How the client of a broker is loaded; a test has another. */
export type LoadClient = (name: string) => Promise<unknown>;

/** From the project in that folder, which has the version that its service has, or else from where this package is. */
export function clientsOf(folder: string): LoadClient {
  return async (name) => {
    const path = resolveIn(folder, name);
    const module: unknown = await (path === undefined ? import(name) : import(pathToFileURL(path).href));
    return module;
  };
}

function resolveIn(folder: string, name: string): string | undefined {
  try {
    return createRequire(join(folder, 'package.json')).resolve(name);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The first of some packages that is there, each of them a client of the same broker.
 *
 * @throws MessageError saying what to install
 */
export async function loadFirst(
  names: readonly string[],
  load: LoadClient,
): Promise<Readonly<Record<string, unknown>>> {
  for (const name of names) {
    try {
      return exportsOf(await load(name));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new MessageError(
    `the client of the broker is not installed in this project: npm install --save-dev ${names[0] ?? ''}`,
  );
}

/** A package of CommonJS has its exports in `default`, too, and there all of them. */
function exportsOf(module: unknown): Readonly<Record<string, unknown>> {
  const space = asRecord(module);
  const inner = space['default'];
  return typeof inner === 'object' || typeof inner === 'function' ? { ...asRecord(inner), ...space } : space;
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return {};
  // Its own fields are all that is looked at.
  return value as Readonly<Record<string, unknown>>;
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
