import { Progress } from './progress.js';
import { type ReplicaSetView } from './scale-decision.js';

function set(revision: number, running: number, available: number): ReplicaSetView {
  return { revision, wanted: running, running, available, terminating: 0 };
}

describe('Progress', () => {
  it.each<[string, ReplicaSetView[], number, boolean]>([
    ['more updated pods', [set(1, 3, 3), set(2, 2, 0)], 3, true],
    ['fewer old pods', [set(1, 2, 2), set(2, 1, 0)], 3, true],
    ['more ready pods', [set(1, 3, 3), set(2, 1, 0)], 4, true],
    ['more available pods', [set(1, 3, 3), set(2, 1, 1)], 3, true],
    ['nothing new', [set(1, 3, 3), set(2, 1, 0)], 3, false],
    ['fewer ready and available pods', [set(1, 3, 2), set(2, 1, 0)], 2, false],
  ])('with %s', (_, sets, ready, hasMoved) => {
    const progress = new Progress();
    progress.hasMoved(2, [set(1, 3, 3), set(2, 1, 0)], 3);
    expect(progress.hasMoved(2, sets, ready)).toBe(hasMoved);
  });
});
