import { watch } from 'node:fs';
import { extname, sep } from 'node:path';

/** A build writes many files at once: it is over when none has changed for so long. */
const QUIET_MS = 300;

/** What a service is made of. What it writes while it runs, such as logs, is none of it. */
const SOURCES = new Set([
  '.js',
  '.mjs',
  '.cjs',
  '.ts',
  '.mts',
  '.cts',
  '.json',
  '.yaml',
  '.yml',
  '.node',
  '.wasm',
  '.proto',
  '.graphql',
]);

/** Folders that are not the service's own. */
const FOREIGN = new Set(['node_modules', '.git', 'coverage']);

/** What is watched. */
export interface WatchOptions {
  readonly folder: string;
  /** Files that the command itself writes there, from the folder. */
  readonly ownFiles: readonly string[];
  /** The time without a change after which it is told. */
  readonly quietMs?: number;
}

/** Tells of a change in the files of a service, when they are quiet again. The returned function ends that. */
export function watchFiles(
  { folder, ownFiles, quietMs = QUIET_MS }: WatchOptions,
  onChange: (file: string) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const own = new Set(ownFiles);
  const watcher = watch(folder, { recursive: true }, (_event, file) => {
    if (file === null || own.has(file) || !isOfService(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => onChange(file), quietMs);
  });
  // A folder that goes away, or a machine that has no more to watch with: what was seen so far stands.
  watcher.on('error', () => undefined);
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}

/** Whether a change of it is one of the service. */
export function isOfService(file: string): boolean {
  const folders = file.split(sep);
  return SOURCES.has(extname(file)) && !folders.some((name) => FOREIGN.has(name));
}
