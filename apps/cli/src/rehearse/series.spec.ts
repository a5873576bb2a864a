import { lossyRollout, quietRollout } from '../../../../test/support/made-up-losses.js';
import { seriesLine, seriesNotes, worseOf } from './series.js';

const lossy = { run: lossyRollout().rehearsal() };
const quiet = { run: quietRollout().rehearsal() };

describe('a series of runs', () => {
  it('says of each how it went', () => {
    expect(seriesLine(quiet.run.verdict, 1, 3)).toBe('run 1 of 3, seed 7: ✓ Nothing lost in 2 requests');
    expect(seriesLine(lossy.run.verdict, 2, 3)).toBe('run 2 of 3, seed 7: ✕ 4 of 6 requests lost');
  });

  it('shows the worst, and the first of two that are alike', () => {
    const other = { run: { ...quiet.run } };
    expect(worseOf(quiet, lossy)).toBe(lossy);
    expect(worseOf(lossy, quiet)).toBe(lossy);
    expect(worseOf(quiet, other)).toBe(quiet);
  });

  it('is summed up, with every seed and every fault', () => {
    const [sum, faults] = seriesNotes([quiet.run.verdict, lossy.run.verdict, lossy.run.verdict]);
    expect(sum).toBe(
      'The worst of 3 runs is shown. 1 of them were clean, and 8 of 14 requests were lost in all. Seeds: 7, 7 ✕, 7 ✕.',
    );
    expect(faults).toMatch(/^Faults over all runs: listener-closed-early in 2 of 3, 6 lost/);
  });

  it('has nothing to say of one run', () => {
    expect(seriesNotes([lossy.run.verdict])).toEqual([]);
  });
});
