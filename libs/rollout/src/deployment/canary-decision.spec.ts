import { fakeScenario } from '../../../../test/support/fake-pods.js';
import { canaryScales, isAtWeight } from './canary-decision.js';

const { deployment: defaults } = fakeScenario();

/** `wanted/available` of the stable and the new ReplicaSet; all that are wanted run. */
function viewOf(weight: number, stable: string, next: string) {
  const set = (revision: number, text: string) => {
    const [wanted = 0, available = wanted] = text.split('/').map(Number);
    return { revision, wanted, running: wanted, available, terminating: 0 };
  };
  return { weight, stable: set(1, stable), next: set(2, next) };
}

function deploymentOf(replicas: number, maxSurge: number, maxUnavailable: number) {
  return { ...defaults, replicas, maxSurge, maxUnavailable };
}

describe('canaryScales', () => {
  it.each([
    [[10, 1, 1], 10, ['10', '0'], { 1: 9, 2: 1 }],
    [[10, 3, 0], 30, ['10', '0'], { 2: 3 }],
    [[10, 0, 5], 30, ['10', '0'], { 1: 7 }],
    [[10, 1, 1], 5, ['10', '0'], { 2: 1 }],
    [[1, 1, 0], 5, ['1', '0'], { 2: 1 }],
    [[1, 1, 0], 95, ['1', '0'], { 2: 1 }],
    [[4, 1, 0], 25, ['4', '1/0'], {}],
    [[4, 1, 0], 25, ['4', '1'], { 1: 3 }],
    [[4, 1, 0], 25, ['3', '1'], {}],
    [[4, 1, 0], 100, ['3', '1'], { 2: 2 }],
    [[4, 1, 0], 100, ['3', '2'], { 1: 2 }],
    [[4, 1, 0], 25, ['1', '3'], { 1: 2 }],
    [[4, 1, 0], 25, ['2', '3'], { 2: 2 }],
    [[4, 1, 0], 0, ['4', '0'], {}],
    [[4, 1, 0], 20, ['4', '1'], {}],
    [[4, 0, 1], 20, ['4', '0'], { 1: 3 }],
    [[2, 0, 1], 95, ['1', '1'], {}],
    [[1, 0, 1], 20, ['1', '0'], {}],
  ] as const)(
    'of %j at %i %% with stable and new pods %j',
    ([replicas, surge, unavailable], weight, [stable, next], scales) => {
      const made = canaryScales(deploymentOf(replicas, surge, unavailable), viewOf(weight, stable, next));
      expect(Object.fromEntries(made.map(({ revision, replicas: count }) => [revision, count]))).toEqual(scales);
    },
  );

  it('is at a weight when all pods that it asks for are available', () => {
    const deployment = deploymentOf(4, 1, 0);
    expect(isAtWeight(deployment, viewOf(25, '3', '1'))).toBe(true);
    expect(isAtWeight(deployment, viewOf(25, '3', '1/0'))).toBe(false);
    expect(isAtWeight(deployment, viewOf(25, '4', '1'))).toBe(false);
  });
});
