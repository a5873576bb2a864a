import { assess, type CheckResult, RECENT } from './assessment.js';

/** A generator of numbers from 0 to 1 that is the same in each run: mulberry32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function history(next: () => number): CheckResult[] {
  const failing = next();
  const spread = 10 ** (4 * next());
  const slower = 1 + 9 * next();
  const length = Math.floor(next() * 60);
  return Array.from({ length }, (_, index) => ({
    isUp: next() > failing,
    latencyMs: next() * spread * (index < length - RECENT ? 1 : slower),
  }));
}

const passed = (latencyMs = 10): CheckResult => ({ isUp: true, latencyMs });
const failedCheck = (latencyMs = 10): CheckResult => ({ isUp: false, latencyMs });
const times = (count: number, check: CheckResult): CheckResult[] => Array.from({ length: count }, () => check);

describe('the score of a component', () => {
  it('lies between 0 and 1, for any history', () => {
    const next = numbers(1);
    const scores = Array.from({ length: 2000 }, () => assess(history(next)).score);
    expect(scores.filter((score) => !(score >= 0 && score <= 1))).toEqual([]);
    expect(new Set(scores).size).toBeGreaterThan(100);
  });

  it('falls with a failure in place of a success among the last five', () => {
    const next = numbers(2);
    const changes: number[] = [];
    for (let run = 0; run < 1000; run += 1) {
      const checks = history(next);
      for (let index = Math.max(0, checks.length - RECENT); index < checks.length; index += 1) {
        const check = checks[index];
        if (check?.isUp !== true) continue;
        changes.push(assess(checks.with(index, { ...check, isUp: false })).score - assess(checks).score);
      }
    }
    expect(changes.length).toBeGreaterThan(500);
    expect(changes.filter((change) => !(change < 0))).toEqual([]);
  });

  it('never rises when the last five checks take longer', () => {
    const next = numbers(3);
    const changes = Array.from({ length: 1000 }, () => {
      const checks = history(next);
      const slower = checks.map((check, index) =>
        index < checks.length - RECENT ? check : { ...check, latencyMs: check.latencyMs * (1 + 5 * next()) },
      );
      return assess(slower).score - assess(checks).score;
    });
    expect(changes.filter((change) => !(change <= 0))).toEqual([]);
    expect(changes.some((change) => change < 0)).toBe(true);
  });

  it.each([0, 1, 2, 3, 4, 5])(
    'with %d failures of the last five, and nothing before, is the part that passed',
    (count) => {
      const checks = [...times(5 - count, passed()), ...times(count, failedCheck())];
      expect(assess(checks).score).toBeCloseTo(1 - count / 5);
    },
  );

  it('counts checks that have not been made as passed, so that the first failure is one of five', () => {
    expect(assess([]).score).toBe(1);
    expect(assess([failedCheck()]).score).toBeCloseTo(0.8);
  });

  it('halves where the latency is far from what is usual, and says how far', () => {
    const usual = [9, 10, 11, 10, 9, 11, 10, 10, 9, 11, 10, 10].map((latencyMs) => passed(latencyMs));
    expect(assess([...usual, ...times(5, passed(14))]).score).toBe(1);
    const slow = assess([...usual, ...times(5, passed(200))]);
    expect(slow).toMatchObject({ score: 0.5, latencyMs: 200, usualLatencyMs: 10, failureShare: 0 });
    expect(slow.latencyZ).toBeGreaterThan(100);
  });

  it('is the same for one slow check: the median of five does not see it', () => {
    expect(assess([...times(20, passed()), ...times(4, passed()), passed(5000)]).score).toBe(1);
  });

  it('takes less from what fails as often as ever', () => {
    const flaky = [passed(), failedCheck(), passed(), failedCheck(), passed()];
    const often = Array.from({ length: 6 }, () => flaky).flat();
    const now = [...times(2, passed()), ...times(3, failedCheck())];
    const { failureZ, score } = assess([...often, ...now]);
    expect(failureZ).toBeCloseTo(1.349, 2);
    expect(score).toBeCloseTo(0.4);
    expect(assess([...times(30, passed()), ...now]).score).toBeLessThan(0.4);
  });
});
