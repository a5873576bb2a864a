/**
 * PM2 sends this with `shutdown_with_message`, and on every cluster reload.
 * https://pm2.keymetrics.io/docs/usage/signals-clean-restart/
 */
const SHUTDOWN_MESSAGE = 'shutdown';

/** The reference count of the channel to the parent, which Node keeps itself; read in Node 20, 22, 24 and 26. */
interface CountedChannel {
  refCounted?(): void;
  unrefCounted?(): void;
}

/**
 * Calls `onShutdown` when the parent process asks to stop by message. Returns its undo. Does nothing without a channel
 * to the parent.
 */
export function watchParentMessages(onShutdown: () => void): () => void {
  if (process.send === undefined) return () => undefined;
  const listener = (message: unknown): void => {
    if (message === SHUTDOWN_MESSAGE) onShutdown();
  };
  process.on('message', listener);
  releaseChannel();
  return () => {
    retainChannel();
    process.removeListener('message', listener);
  };
}

/**
 * A message listener keeps the process alive; ours must not. Where Node has changed, it does, and nothing else fails.
 */
function releaseChannel(): void {
  countChannel('unrefCounted');
}

/** Node drops one reference for every listener that is removed; that of ours was dropped already. */
function retainChannel(): void {
  countChannel('refCounted');
}

/** Jest's `process` is a copy. Its channel lacks private fields and throws, so nothing is counted there. */
function countChannel(method: keyof CountedChannel): void {
  try {
    (process.channel as CountedChannel | undefined)?.[method]?.();
  } catch {
    // Such a channel does not keep the process alive.
  }
}
