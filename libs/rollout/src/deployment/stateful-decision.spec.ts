import { podStatus } from '../../../../test/support/pod-status.js';
import { type StatefulSet } from '../scenario/scenario.js';
import { isStatefulComplete, statefulSteps } from './stateful-decision.js';

const SET: StatefulSet = { name: 'orders', podManagement: 'OrderedReady', partition: 0, maxUnavailable: 1 };

/**
 * What is done with pods that are written as their revisions, in the order of their ordinals: `1` is available, `1-` is not, `1x` is being deleted, and `.` is
 * none.
 */
function stepsOf(pods: string, changes: Partial<StatefulSet> = {}, view: { replicas?: number; target?: number } = {}) {
  const words = pods.split(' ');
  const there = words.flatMap((word, ordinal) => {
    if (word === '.') return [];
    const isReady = !/[-x]/.test(word);
    const pod = podStatus(`orders-${ordinal}`, {
      revision: Number(word[0]),
      isReady,
      isDeleted: word.includes('x'),
    });
    return [[ordinal, pod] as const];
  });
  const seen = {
    replicas: view.replicas ?? words.length,
    target: view.target ?? 2,
    pods: new Map(there),
    isAvailable: ({ isReady }: { isReady: boolean }) => isReady,
  };
  const set = { ...SET, ...changes };
  const steps = statefulSteps(set, seen).map((step) =>
    step.kind === 'create' ? `create ${step.ordinal} of ${step.revision}` : `delete ${step.pod}`,
  );
  return { steps, isComplete: isStatefulComplete(set, seen) };
}

describe('statefulSteps', () => {
  it.each([
    ['1 1 1', {}, ['delete orders-2']],
    ['1 1 1x', {}, []],
    ['1 1 .', {}, ['create 2 of 2']],
    ['1 1 2-', {}, []],
    ['1 1 2', {}, ['delete orders-1']],
    ['2 2 2', {}, []],
    ['1 1 1', { maxUnavailable: 2 }, ['delete orders-2', 'delete orders-1']],
    ['1 1 2-', { maxUnavailable: 2, podManagement: 'Parallel' }, ['delete orders-1']],
    ['1 1 1', { partition: 2 }, ['delete orders-2']],
    ['1 1 2', { partition: 2 }, []],
    ['1 . 2', { partition: 2 }, ['create 1 of 1']],
    // The known trap: a lower one that never becomes ready keeps the update waiting.
    ['1- 1 1', {}, []],
    ['1- 1 1', { podManagement: 'Parallel' }, ['delete orders-2']],
    ['1 1- 1-', { podManagement: 'Parallel' }, ['delete orders-2']],
    ['1- 1 1', { podManagement: 'Parallel', maxUnavailable: 2 }, ['delete orders-2']],
    ['1 1- 2-', { podManagement: 'Parallel', maxUnavailable: 2 }, []],
    ['. . .', {}, ['create 0 of 2']],
    ['. 2 .', { podManagement: 'Parallel' }, ['create 0 of 2', 'create 2 of 2']],
  ] as const)('of %s with %p are %p', (pods, changes, steps) => {
    expect(stepsOf(pods, changes).steps).toEqual(steps);
  });

  it('take away the highest ordinals, one after the other or all at once', () => {
    const view = { replicas: 1, target: 1 };
    expect(stepsOf('1 1 1', {}, view).steps).toEqual(['delete orders-2']);
    expect(stepsOf('1 1 1x', {}, view).steps).toEqual([]);
    expect(stepsOf('1 1 1', { podManagement: 'Parallel' }, view).steps).toEqual(['delete orders-2', 'delete orders-1']);
  });

  it('are over when all pods are there, available, and from the partition on of the new revision', () => {
    expect(['2 2', '2 2-', '1 2', '2 .'].map((pods) => stepsOf(pods).isComplete)).toEqual([true, false, false, false]);
    expect(stepsOf('1 2', { partition: 1 }).isComplete).toBe(true);
  });
});
