import { type Deployment } from '../scenario/scenario.js';
import { isComplete, nextScales, type ReplicaSetView } from './scale-decision.js';

function deployment(changes: Partial<Deployment> = {}): Deployment {
  return {
    strategy: 'RollingUpdate',
    replicas: 4,
    maxSurge: 1,
    maxUnavailable: 1,
    minReadyMs: 0,
    progressDeadlineMs: 600_000,
    ...changes,
  };
}

/** A ReplicaSet as `wanted/available`, all of whose wanted pods run. */
function set(revision: number, wanted: number, available = wanted, terminating = 0): ReplicaSetView {
  return { revision, wanted, running: wanted, available, terminating };
}

/** Decisions as `revision:replicas`. */
function scales(changes: Partial<Deployment>, ...sets: ReplicaSetView[]): string[] {
  return nextScales(deployment(changes), 2, sets).map(({ revision, replicas }) => `${revision}:${replicas}`);
}

describe('a rolling update', () => {
  it.each<[string, Partial<Deployment>, ReplicaSetView[], string[]]>([
    ['begins with as many new pods as may be more', {}, [set(1, 4)], ['2:1']],
    ['begins with all of them when as many may be more', { maxSurge: 4 }, [set(1, 4)], ['2:4']],
    ['then removes as many as may be missing', {}, [set(1, 4), set(2, 1, 0)], ['1:3']],
    ['then makes up for those', {}, [set(1, 3), set(2, 1, 0)], ['2:2']],
    ['waits while as many are missing as may be', {}, [set(1, 3), set(2, 2, 0)], []],
    ['goes on with each that is available', {}, [set(1, 3), set(2, 2, 1)], ['1:2']],
    ['removes nothing when none may be missing', { maxUnavailable: 0 }, [set(1, 4), set(2, 1, 0)], []],
    ['removes one for each new one then', { maxUnavailable: 0 }, [set(1, 4), set(2, 1, 1)], ['1:3']],
    ['removes first when no pod may be more', { maxSurge: 0 }, [set(1, 4)], ['1:3']],
    ['lets one be missing where both are zero', { maxSurge: 0, maxUnavailable: 0 }, [set(1, 4)], ['1:3']],
    ['never takes the only replica of one', { replicas: 1, maxUnavailable: 0 }, [set(1, 1), set(2, 1, 0)], []],
    ['takes it for its successor', { replicas: 1, maxUnavailable: 0 }, [set(1, 1), set(2, 1, 1)], ['1:0']],
    ['removes old pods first that are not available', { maxUnavailable: 1 }, [set(1, 4, 3), set(2, 1, 1)], ['1:2']],
    [
      'removes those of broken old revisions before good ones',
      { maxUnavailable: 1 },
      [set(1, 3, 3), set(0, 1, 0), set(2, 1, 0)],
      ['0:0'],
    ],
    ['removes too many new ones', {}, [set(2, 6)], ['2:4']],
    ['rests when it has arrived', {}, [set(1, 0), set(2, 4)], []],
    ['does not count those that are terminating', {}, [set(1, 3, 3, 1), set(2, 1, 1)], ['2:2']],
  ])('%s', (_, changes, sets, expected) => {
    expect(scales(changes, ...sets)).toEqual(expected);
  });

  it.each([
    [{ replicas: 3, maxSurge: 1, maxUnavailable: 0 }],
    [{ replicas: 4, maxSurge: 1, maxUnavailable: 1 }],
    [{ replicas: 5, maxSurge: 0, maxUnavailable: 2 }],
    [{ replicas: 10, maxSurge: 3, maxUnavailable: 2 }],
  ])('with %o arrives, and never has more or fewer than it may', (changes) => {
    const spec = deployment(changes);
    let sets = [set(1, spec.replicas), set(2, 0)];
    for (let step = 0; !isComplete(spec, 2, sets) && step < 100; step += 1) {
      const decided = nextScales(spec, 2, sets);
      // What is new becomes available only in a step of its own.
      sets = sets.map((old) => {
        const wanted = decided.find(({ revision }) => revision === old.revision)?.replicas ?? old.wanted;
        return set(old.revision, wanted, Math.min(wanted, decided.length === 0 ? wanted : old.available));
      });
      const total = sets.reduce((sum, { wanted }) => sum + wanted, 0);
      const available = sets.reduce((sum, { available }) => sum + available, 0);
      expect(total).toBeLessThanOrEqual(spec.replicas + spec.maxSurge);
      expect(available).toBeGreaterThanOrEqual(spec.replicas - spec.maxUnavailable);
    }
    expect(isComplete(spec, 2, sets)).toBe(true);
  });

  it('never takes a working pod for new ones that do not come up', () => {
    expect(scales({}, set(1, 3, 3), set(2, 2, 0))).toEqual([]);
  });
});

describe('a recreation', () => {
  const recreate = { strategy: 'Recreate' } as const;

  it.each<[string, ReplicaSetView[], string[]]>([
    ['ends all old pods at once', [set(1, 4)], ['1:0']],
    ['waits until the last of them has gone', [{ ...set(1, 0), terminating: 1 }], []],
    ['starts all new ones then', [set(1, 0)], ['2:4']],
    ['rests when it has arrived', [set(1, 0), set(2, 4)], []],
  ])('%s', (_, sets, expected) => {
    expect(scales(recreate, ...sets)).toEqual(expected);
  });
});

describe('an update is complete', () => {
  it.each<[string, ReplicaSetView[], boolean]>([
    ['when all are new and available', [set(1, 0), set(2, 4)], true],
    ['also while old ones terminate', [set(1, 0, 0, 4), set(2, 4)], true],
    ['not while a new one is not available', [set(1, 0), set(2, 4, 3)], false],
    ['not while an old one is there', [set(1, 1), set(2, 4)], false],
    ['not while there are too many', [set(2, 5)], false],
  ])('%s', (_, sets, expected) => {
    expect(isComplete(deployment(), 2, sets)).toBe(expected);
  });
});
