import cluster from 'node:cluster';
import { clearTimeout, setTimeout } from 'node:timers';

/** A primary answers within a turn of its event loop, unless that is blocked. */
const ANSWER_MS = 5000;

/** Whether this process is a worker that its primary may still hand connections to. */
export function isHandedConnections(): boolean {
  return cluster.worker?.isConnected() ?? false;
}

/**
 * Leaves the cluster, `mostMs` at most. A primary may have handed over a connection before it heard that the listener is closed; such
 * a connection is lost when the worker ends without having handed it back. Once the primary has answered, it knows, and everything
 * that it had sent has been read. It works with every primary, that of PM2 as well.
 */
export async function leaveCluster(mostMs: number): Promise<void> {
  const { worker } = cluster;
  if (worker === undefined) return;
  await new Promise<void>((resolve) => {
    const late = setTimeout(resolve, Math.min(mostMs, ANSWER_MS));
    worker.once('disconnect', () => {
      clearTimeout(late);
      resolve();
    });
    worker.disconnect();
  });
}
