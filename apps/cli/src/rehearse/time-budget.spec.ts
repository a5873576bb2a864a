import { type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { type PlannedRun, TimeBudget, worthPlaying } from './time-budget.js';

const OPTIONS: RehearsalOptions = { command: 'node main.js', retries: 2, balancer: 'request' };

function first(count: number, options: RehearsalOptions): PlannedRun[] {
  const runs = worthPlaying(options, 7);
  return Array.from({ length: count }, () => runs.next().value as PlannedRun);
}

describe('what is worth playing in a time', () => {
  it('begins with what was asked for, then the worst case, the other balancer, and other seeds', () => {
    expect(first(5, { command: 'node main.js' }).map(({ name, options }) => [name, options])).toEqual([
      ['', { command: 'node main.js', seed: 7 }],
      ['the worst case of every lag', { command: 'node main.js', seed: 7, lags: 'worst' }],
      ['a balancer of requests', { command: 'node main.js', seed: 7, balancer: 'request' }],
      ['seed 8', { command: 'node main.js', seed: 8 }],
      ['seed 9', { command: 'node main.js', seed: 9 }],
    ]);
  });

  it('does not play what was asked for twice, and leaves out what the other balancer has not', () => {
    const runs = first(3, { ...OPTIONS, lags: 'worst' });
    expect(runs.map(({ name }) => name)).toEqual(['', 'a balancer of connections', 'seed 8']);
    expect(runs[1]?.options).toEqual({ command: 'node main.js', seed: 7, lags: 'worst', balancer: 'connection' });
    expect(runs[0]?.options).toMatchObject({ retries: 2 });
  });
});

describe('a time budget', () => {
  it('has room as long as the longest run so far fits', () => {
    let now = 0;
    const budget = new TimeBudget(60_000, () => now);
    expect(budget.hasRoom).toBe(true);
    now = 25_000;
    budget.took(25_000);
    expect({ hasRoom: budget.hasRoom, leftMs: budget.leftMs }).toEqual({ hasRoom: true, leftMs: 35_000 });
    now = 36_000;
    budget.took(11_000);
    expect(budget.hasRoom).toBe(false);
  });

  it('says what it left out', () => {
    let now = 0;
    const budget = new TimeBudget(30_000, () => now);
    now = 20_000;
    budget.took(20_000);
    expect(budget.leftOut(1, worthPlaying({ command: 'x' }, 1))).toBe(
      'Left out, as a run takes 20 s and --time allows 30 s in all: the worst case of every lag, a balancer of requests, further seeds.',
    );
    expect(budget.leftOut(7, worthPlaying({ command: 'x' }, 1))).toMatch(/in all: further seeds\.$/);
  });
});
