/**
 * Watches for errors nobody catches, without changing what Node does about them: a process that would end ends, one
 * whose own listener keeps it alive goes on. Returns its undo.
 */
export function watchUncaughtErrors(onUncaught: (origin: string, error: unknown) => void): () => void {
  const monitor = (error: unknown, origin: string): void => onUncaught(origin, error);
  process.on('uncaughtExceptionMonitor', monitor);
  // A listener for rejections changes Node's verdict, so ours only joins one that is there.
  const rejected = (error: unknown): void => onUncaught('unhandledRejection', error);
  const joins = process.listenerCount('unhandledRejection') > 0;
  if (joins) process.on('unhandledRejection', rejected);
  return () => {
    process.removeListener('uncaughtExceptionMonitor', monitor);
    if (joins) process.removeListener('unhandledRejection', rejected);
  };
}
