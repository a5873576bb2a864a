import { figuresText } from '../../bench/balancers/figures.js';
import type { Round } from '../../bench/balancers/round.js';
import { trafficOfStopping } from '../../bench/balancers/traffic-of-stopping.js';
import type { RolloutEvent } from '../../libs/rollout/src/events/rollout-event.js';

const learned = (at: number, ...pods: string[]): RolloutEvent => ({ at, type: 'node-learned', node: 0, pods });
const told = (at: number, pod: string): RolloutEvent => ({
  ...{ at, type: 'signal-sent', pod, signal: 'SIGTERM', remainingMs: 0 },
});

describe('the traffic of a pod that stops', () => {
  it('is its part of what the balancer knows, until the balancer knows better', () => {
    const events = [learned(0, 'a', 'b'), told(1000, 'a'), learned(2000, 'a', 'b', 'c'), learned(3000, 'b', 'c')];
    // Half of it for a second, a third for another one.
    expect(trafficOfStopping(events)).toBeCloseTo((1 / 2 + 1 / 3) / 2, 10);
  });

  it('is counted for each of two that stop at once', () => {
    const events = [learned(0, 'a', 'b', 'c'), told(0, 'a'), told(0, 'b'), learned(1000, 'c'), told(2000, 'd')];
    expect(trafficOfStopping(events)).toBeCloseTo(1 / 3, 10);
  });

  it('is nothing where the balancer knows before', () => {
    expect(trafficOfStopping([learned(0, 'a', 'b'), learned(1000, 'b'), told(2000, 'a')])).toBe(0);
  });
});

describe('the figures beside real balancers', () => {
  const round = (rehearsed: number, haproxy: number): Round => ({
    stops: 2,
    traffic: 0.5,
    losses: { rehearsed: lossOf(rehearsed), HAProxy: lossOf(haproxy) },
  });
  const lossOf = (refused: number) => ({
    sent: 100,
    share: 1,
    lost: refused,
    byFate: refused === 0 ? {} : { refused },
  });
  const cellsOf = (rounds: readonly Round[]) =>
    figuresText('request', [['exits', rounds]])
      .trim()
      .split('\n')
      .at(-1)
      ?.split(' | ');

  it('are a stop, with their spread and the ratio of the medians', () => {
    const cells = cellsOf([round(20, 30), round(40, 20), round(30, 40)]);
    expect(cells).toEqual(['| exits', '50 %', '15 (10 to 20)', '15 (10 to 20)', '1.00', 'refused 15', 'refused 15 |']);
  });

  it.each([
    [0, 0, 'both 0'],
    [4, 2, 'few'],
    [20, 10, '2.00'],
  ])('have for %d and %d the ratio %s', (rehearsed, haproxy, ratio) => {
    expect(cellsOf([round(rehearsed, haproxy)])?.[4]).toBe(ratio);
  });
});
