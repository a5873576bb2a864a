import { podStatus as pod } from '../../../../test/support/pod-status.js';
import { type PodStatus } from '../kubelet/pod-worker.js';
import { Random } from '../random/random.js';
import { podsToDelete } from './pods-to-delete.js';

function names(pods: readonly PodStatus[], count: number, seed = 1): string[] {
  return podsToDelete(pods, count, { now: 100_000, random: new Random(seed) }).map(({ name }) => name);
}

describe('the pods to delete', () => {
  it('are those that do not run, then those that are not ready, then those that are ready for the shortest time', () => {
    const pods = [
      pod('old'),
      pod('young', { readySince: 99_000 }),
      pod('not-ready', { isReady: false, readySince: undefined }),
      pod('pending', { isReady: false, readySince: undefined, pid: undefined }),
    ];
    expect(names(pods, 3)).toEqual(['pending', 'not-ready', 'young']);
    expect(names(pods, 0)).toEqual([]);
    expect(names(pods, -1)).toEqual([]);
  });

  it('are those restarted more often among equals', () => {
    expect(names([pod('a'), pod('b', { restarts: 2 }), pod('c')], 1)).toEqual(['b']);
  });

  it('are a matter of the seed among equals', () => {
    const pods = ['a', 'b', 'c', 'd'].map((name) => pod(name));
    expect(names(pods, 2, 7)).toEqual(names(pods.toReversed(), 2, 7));
    const chosen = new Set(Array.from({ length: 20 }, (_, seed) => names(pods, 1, seed)[0]));
    expect(chosen.size).toBeGreaterThan(1);
  });
});
