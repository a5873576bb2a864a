import { Worker } from 'node:worker_threads';
import { defineKind } from '../define-kind.js';
import { threadIdle } from '../thread-idle.js';

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
    await threadIdle(worker, time);
    await worker.terminate();
  },
  unfinished: () => 'what worker threads computed',
  force: (worker) => worker.terminate(),
});
