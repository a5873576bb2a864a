import { stackOf } from '../errors/lifecycle-error.js';

type Watcher = (origin: string, error: unknown) => void;

/**
 * One watcher for each application that is shutting down. They share one listener: Node takes eleven listeners for a
 * leak.
 */
const watchers = new Set<Watcher>();
let isListening = false;

/**
 * Watches for uncaught errors, without changing what Node does about them: a process that would end still ends, and one
 * that its own listener keeps alive goes on. Returns its undo.
 */
export function watchUncaughtErrors(onUncaught: Watcher): () => void {
  if (watchers.size === 0) process.on('uncaughtExceptionMonitor', monitor);
  watchers.add(onUncaught);
  listenBesideOthers();
  return () => {
    if (!watchers.delete(onUncaught) || watchers.size > 0) return;
    process.removeListener('uncaughtExceptionMonitor', monitor);
    process.removeListener('unhandledRejection', rejected);
    isListening = false;
  };
}

/**
 * The first listener for rejections would keep Node from ending the process, so ours is only added beside another one.
 */
function listenBesideOthers(): void {
  if (isListening || process.listenerCount('unhandledRejection') === 0) return;
  isListening = true;
  process.on('unhandledRejection', rejected);
}

function monitor(error: unknown, origin: string): void {
  for (const watcher of watchers) watcher(origin, error);
  if (isLostWrite(error) || isOfPackage(error)) survive();
}

/** The error codes of a write where the disk, or what takes its place, is full or fails. */
const LOST: ReadonlySet<unknown> = new Set(['EIO', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EAGAIN']);

/**
 * Whether an error is of a failed write; it is uncaught where the stream of a log has no `error` listener, as pino's
 * own.
 */
function isLostWrite(error: unknown): boolean {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return false;
  return error.syscall === 'write' && LOST.has(error.code);
}

/**
 * Whether an error was made in a package, without any call of the application in its stack: a client whose channel or socket is
 * closed rejects promises that no code handles, and emits errors that have no listener. Code of the application that has thrown may
 * have left anything half done, so that error ends the process, as Node says.
 */
function isOfPackage(error: unknown): boolean {
  const places = (stackOf(error) ?? '').split('\n').flatMap(placeOfFrame);
  return places.length > 0 && places.every((place) => /[\\/]node_modules[\\/]/.test(place));
}

/** The file of a line of a stack; none where it is Node's own, as of a built-in function, or no frame. */
function placeOfFrame(line: string): string[] {
  const place = /^\s*at (?:.*\()?(.*?)\)?$/.exec(line)?.[1];
  return place === undefined || /^(?:node:|native$|<anonymous>|index \d)/.test(place) ? [] : [place];
}

/**
 * Keeps the process alive after an error that is not the application's: its hooks may have business writes to finish. Node asks for a listener
 * right after the monitor. Where the application has one, that decides.
 */
function survive(): void {
  if (process.listenerCount('uncaughtException') > 0) return;
  process.once('uncaughtException', () => undefined);
}

function rejected(error: unknown): void {
  monitor(error, 'unhandledRejection');
}
