import { ManualClock } from '../../../../test/support/manual-clock.js';
import { type PodWorker } from '../kubelet/pod-worker.js';
import { WorkerStarts } from './worker-starts.js';

/** What a pod is seen to do, one look after the other. */
function starting(...rests: (boolean | undefined)[]) {
  const clock = new ManualClock();
  const process = { isAtRest: () => rests.shift() };
  const pod = { container: { startedAt: clock.now(), process } } as unknown as PodWorker;
  const starts = new WorkerStarts(clock);
  return { clock, isOver: () => starts.isOver(pod) };
}

describe('WorkerStarts', () => {
  it('waits until it was seen at rest five times in a row', () => {
    const { isOver } = starting(true, true, true, true, false, true, true, true, true, true);
    expect(Array.from({ length: 10 }, isOver)).toEqual([...Array.from({ length: 9 }, () => false), true]);
  });

  it('does not wait where nothing can be seen, or for what never rests', async () => {
    expect(starting(undefined).isOver()).toBe(true);
    const { clock, isOver } = starting(false, false);
    expect(isOver()).toBe(false);
    await clock.advance(10_001);
    expect(isOver()).toBe(true);
  });
});
