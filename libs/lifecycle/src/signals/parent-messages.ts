import cluster from 'node:cluster';
import { readStopOrder, type StopOrder } from '../parent/parent-messages.js';
import { sayHello } from '../parent/tell-parent.js';
import { watchThreadOrders } from '../parent/thread-orders.js';

/** The reference count of the channel to the parent, which Node keeps itself; read in Node 20, 22, 24 and 26. */
interface CountedChannel {
  refCounted?(): void;
  unrefCounted?(): void;
}

/**
 * Calls `onStop` when the parent process, or the thread that has started this one, asks to stop by message, and in a worker of `node:cluster`
 * when its primary is gone. Returns its undo.
 */
export function watchParentMessages(onStop: (order: StopOrder) => void): () => void {
  // A thread has no channel to the parent of its process.
  if (process.send === undefined) return watchThreadOrders(onStop);
  const listener = (message: unknown): void => {
    const order = readStopOrder(message);
    if (order !== undefined) onStop(order);
  };
  process.on('message', listener);
  releaseChannel();
  const unwatch = watchPrimary(onStop);
  sayHello();
  return () => {
    unwatch();
    retainChannel();
    process.removeListener('message', listener);
  };
}

/**
 * Node ends a worker at once, with exit code 0, when its primary is gone: requests are cut, and nothing tells. So the worker is marked as
 * one that ends by itself, before Node's own listener is called, and stops in order. New connections came from the primary, so
 * there are none any more.
 */
function watchPrimary(onStop: (order: StopOrder) => void): () => void {
  const { worker } = cluster;
  if (worker === undefined) return () => undefined;
  const listener = (): void => {
    worker.exitedAfterDisconnect = true;
    onStop({ reason: 'the primary is gone' });
  };
  process.prependListener('disconnect', listener);
  releaseChannel();
  return () => {
    retainChannel();
    process.removeListener('disconnect', listener);
  };
}

/**
 * A listener for messages, or for the end of the channel, keeps the process alive; ours must not. Where Node has changed, it does, and nothing else fails.
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
