import { setTimeout } from 'node:timers/promises';
import { type Worker } from 'node:worker_threads';
import { type TimeLeft } from '../in-flight/work-source.js';

/** A worker that computes next to nothing for so long has no work, as far as can be seen from outside. */
const IDLE_MS = 50;
/** A look from outside is not exact. */
const ACTIVE_MS = 1;

/** Resolves when a worker thread has computed next to nothing for 50 ms; rejects when the time is up. */
export async function threadIdle({ performance }: Worker, { signal }: Pick<TimeLeft, 'signal'>): Promise<void> {
  let before = performance.eventLoopUtilization();
  for (;;) {
    await setTimeout(IDLE_MS, undefined, { signal });
    const now = performance.eventLoopUtilization();
    if (performance.eventLoopUtilization(now, before).active < ACTIVE_MS) return;
    before = now;
  }
}
