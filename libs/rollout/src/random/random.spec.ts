import { measuredLag } from './lag.js';
import { Random } from './random.js';

describe('Random', () => {
  it('draws the same for the same seed and name, whatever other streams have drawn', () => {
    const alone = new Random(7).stream('kubelet');
    const random = new Random(7);
    random.stream('load').uniform(0, 1);
    const beside = random.stream('kubelet');
    expect([beside.uniform(0, 1), beside.below(100)]).toEqual([alone.uniform(0, 1), alone.below(100)]);
  });

  it('draws otherwise for another seed, and for another name', () => {
    const draw = (seed: number, name: string): number => new Random(seed).stream(name).uniform(0, 1);
    expect(new Set([draw(1, 'a'), draw(2, 'a'), draw(1, 'b')]).size).toBe(3);
  });

  it('keeps a lag within its bounds, with half of the draws below its median', () => {
    const stream = new Random(1).stream('lag');
    const draws = Array.from({ length: 2000 }, () => stream.lag({ min: 10, median: 400, p99: 5000, max: 4000 }));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...draws)).toBe(4000);
    const below = draws.filter((draw) => draw < 400).length;
    expect(below).toBeGreaterThan(900);
    expect(below).toBeLessThan(1100);
  });

  it('gives a fixed lag where median and bounds are the same', () => {
    expect(new Random(1).stream('lag').lag({ min: 250, median: 250, p99: 250, max: 250 })).toBe(250);
    expect(new Random(1).stream('lag').lag({ min: 0, median: 0, p99: 0, max: 0 })).toBe(0);
  });

  it('draws a measured lag so that its shares are those of its steps', () => {
    const stream = new Random(1).stream('lag');
    const lag = measuredLag(100, [
      { share: 0.5, ms: 200 },
      { share: 0.9, ms: 1000 },
      { share: 1, ms: 3000 },
    ]);
    expect(lag).toMatchObject({ min: 100, median: 200, p99: 2800, max: 3000 });
    const draws = Array.from({ length: 4000 }, () => stream.lag(lag));
    const below = (ms: number): number => draws.filter((draw) => draw <= ms).length / draws.length;
    expect([below(99), below(3000)]).toEqual([0, 1]);
    expect(below(150)).toBeCloseTo(0.25, 1);
    expect(below(200)).toBeCloseTo(0.5, 1);
    expect(below(600)).toBeCloseTo(0.7, 1);
    expect(below(1000)).toBeCloseTo(0.9, 1);
  });

  it('gives the longest of every distribution where the worst is asked for', () => {
    const worst = new Random(1, 'worst').stream('lag');
    expect(worst.lag({ min: 10, median: 400, p99: 5000, max: 4000 })).toBe(4000);
    expect(
      worst.lag(
        measuredLag(0, [
          { share: 0.5, ms: 200 },
          { share: 1, ms: 3000 },
        ]),
      ),
    ).toBe(3000);
    expect(worst.uniform(0, 1)).toBe(new Random(1).stream('lag').uniform(0, 1));
  });

  it('picks by weight', () => {
    const stream = new Random(3).stream('kinds');
    const counts = [0, 0, 0];
    for (let index = 0; index < 3000; index += 1) {
      const picked = stream.weighted([1, 0, 2]);
      counts[picked] = (counts[picked] ?? 0) + 1;
    }
    expect(counts[1]).toBe(0);
    expect(counts[2]).toBeGreaterThan((counts[0] ?? 0) * 1.7);
  });

  it('shuffles without losing any', () => {
    expect(new Random(5).stream('ties').shuffle(['a', 'b', 'c', 'd']).toSorted()).toEqual(['a', 'b', 'c', 'd']);
  });
});
