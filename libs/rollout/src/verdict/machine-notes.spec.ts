import { MadeUpRollout } from '../../../../test/support/made-up-rollout.js';

/** A service that stops in good order, and a load that was sent as this says. */
function notesOf(
  ...loads: readonly { due: number; late: number; unsent: number; latestMs: number }[]
): readonly string[] {
  const rollout = new MadeUpRollout().exit(12_000);
  for (const load of loads) rollout.happen(13_000, { type: 'load-stopped', ...load });
  return rollout.verdict().notes;
}

describe('the notes on this machine', () => {
  it('say how many requests were late or not sent, over all loads', () => {
    expect(notesOf({ due: 850, late: 600, unsent: 12, latestMs: 3200 })).toEqual([
      'This machine could not keep the rate of the load: of 850 requests that were due, 600 were sent late and 12 were not sent, by up to 3.2 s. Lower --rate, or free the machine.',
    ]);
    const two = notesOf({ due: 10, late: 1, unsent: 0, latestMs: 300 }, { due: 10, late: 0, unsent: 0, latestMs: 9 });
    expect(two).toEqual([expect.stringContaining('of 20 requests that were due, 1 was sent late, by up to 300 ms.')]);
  });

  it('say nothing of a load that came in time', () => {
    expect(notesOf({ due: 850, late: 0, unsent: 0, latestMs: 30 })).toEqual([]);
  });
});
