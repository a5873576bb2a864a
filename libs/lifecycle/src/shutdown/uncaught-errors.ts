type Watcher = (origin: string, error: unknown) => void;

/** Every application that is shutting down. They share their listeners: eleven of them would be taken for a leak. */
const watchers = new Set<Watcher>();
let hasJoined = false;

/**
 * Watches for errors nobody catches, without changing what Node does about them: a process that would end ends, one
 * whose own listener keeps it alive goes on. Returns its undo.
 */
export function watchUncaughtErrors(onUncaught: Watcher): () => void {
  if (watchers.size === 0) process.on('uncaughtExceptionMonitor', monitor);
  watchers.add(onUncaught);
  join();
  return () => {
    if (!watchers.delete(onUncaught) || watchers.size > 0) return;
    process.removeListener('uncaughtExceptionMonitor', monitor);
    process.removeListener('unhandledRejection', rejected);
    hasJoined = false;
  };
}

/** A listener for rejections changes Node's verdict, so ours only joins one that is there. */
function join(): void {
  if (hasJoined || process.listenerCount('unhandledRejection') === 0) return;
  hasJoined = true;
  process.on('unhandledRejection', rejected);
}

function monitor(error: unknown, origin: string): void {
  for (const tell of watchers) tell(origin, error);
  if (isLostWrite(error)) survive();
}

/** What a write says when the disk, or what stands for one, takes no more. */
const LOST: ReadonlySet<unknown> = new Set(['EIO', 'ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EAGAIN']);

/** As the stream of a log has it whose errors have no listener: pino's own is one. */
function isLostWrite(error: unknown): boolean {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return false;
  return error.syscall === 'write' && LOST.has(error.code);
}

/**
 * Lines that are lost do not end a shutdown: its hooks may have writes of the business to finish. Node asks for a listener
 * right after the monitor. Where the application has one, it decides.
 */
function survive(): void {
  if (process.listenerCount('uncaughtException') > 0) return;
  process.once('uncaughtException', () => undefined);
}

function rejected(error: unknown): void {
  monitor(error, 'unhandledRejection');
}
