import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { type LoopBlockReport } from '../report/shutdown-report.js';

const MOST_BLOCKS = 20;

/** The blocks of the event loop, with that of an event. */
export function withBlock(blocks: readonly LoopBlockReport[], event: LifecycleEvent): readonly LoopBlockReport[] {
  if (event.type !== 'loop-blocked' || blocks.length >= MOST_BLOCKS) return blocks;
  const { durationMs, during, stack } = event;
  return [...blocks, { durationMs: Math.round(durationMs), during, ...(stack === undefined ? {} : { stack }) }];
}
