import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type TimeLeft } from '../../in-flight/work-source.js';
import { defineKind } from '../define-kind.js';

/** A worker that computes next to nothing for so long has no work, as far as can be seen from outside. */
const IDLE_MS = 50;
/** A look from outside is not exact. */
const ACTIVE_MS = 1;

/** `terminate()` stops it in the middle of what it does. */
export const workerThread = defineKind<Worker>({
  title: 'worker thread',
  type: 'worker',
  timeoutMs: 5000,
  is: (value): value is Worker => value instanceof Worker,
  // That of a worker that has ended is -1.
  isClosed: ({ threadId }) => !(threadId > 0),
  closers: ['terminate'],
  close: async (worker, time) => {
    await idle(worker, time);
    await worker.terminate();
  },
  unfinished: () => 'what worker threads computed',
  force: (worker) => worker.terminate(),
});

async function idle({ performance }: Worker, { signal }: TimeLeft): Promise<void> {
  let before = performance.eventLoopUtilization();
  for (;;) {
    await setTimeout(IDLE_MS, undefined, { signal });
    const now = performance.eventLoopUtilization();
    if (performance.eventLoopUtilization(now, before).active < ACTIVE_MS) return;
    before = now;
  }
}
