type Stop = (origin: string, error: unknown) => void;

/**
 * One function for each application that stops because of an uncaught error. They share one listener: Node takes eleven
 * listeners for a leak.
 */
const stops = new Set<Stop>();

/**
 * Calls `stop` for an uncaught error or an unhandled rejection, and keeps the process alive for it. Returns its undo;
 * after that such an error ends the process again. Node passes a rejection on as an error where the application has no
 * listener for rejections.
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
