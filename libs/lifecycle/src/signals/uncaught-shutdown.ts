type Stop = (origin: string, error: unknown) => void;

/** Every application that stops because of one. They share a listener: eleven of them would be taken for a leak. */
const stops = new Set<Stop>();

/**
 * Calls `stop` for an error that nobody catches and for a rejection that nobody handles, and keeps the process for it.
 * Returns its undo, with which Node ends the process again. Node hands over a rejection as an error where no listener of
 * the application is there for it.
 */
export function stopOnUncaughtError(stop: Stop): () => void {
  if (stops.size === 0) process.on('uncaughtException', onUncaught);
  stops.add(stop);
  return () => {
    if (stops.delete(stop) && stops.size === 0) process.removeListener('uncaughtException', onUncaught);
  };
}

function onUncaught(error: unknown, origin: string): void {
  for (const stop of [...stops]) stop(origin, error);
}
