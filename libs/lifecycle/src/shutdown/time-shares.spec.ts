import { resolveSettings } from '../options/resolve-settings.js';
import { fitShares, withTimeForHooks } from './time-shares.js';

const settings = resolveSettings({
  code: { lameDuck: '5s' },
  platform: 'linux',
  variable: () => undefined,
});

describe('fitShares', () => {
  it('leaves everything as it is where there is time enough', () => {
    expect(fitShares(settings, 60_000)).toBe(settings);
  });

  it('fits everything before an earlier end, with a margin', () => {
    const shares = fitShares(settings, 5000);
    expect(shares).toEqual({
      budgetMs: 4500,
      hookBudgetMs: 1125,
      drainTimeoutMs: 2250,
      isDrainCapped: false,
      lameDuck: { ...settings.lameDuck, minMs: 1125, maxMs: 1125 },
    });
  });

  it('keeps what is small already', () => {
    const quick = { ...settings, lameDuck: { ...settings.lameDuck, minMs: 0, maxMs: 100 }, hookBudgetMs: 200 };
    const shares = fitShares(quick, 5000);
    expect(shares).toMatchObject({ hookBudgetMs: 200, drainTimeoutMs: 4200, lameDuck: { minMs: 0, maxMs: 100 } });
  });

  it('gives nothing where there is nothing', () => {
    expect(fitShares(settings, 0)).toMatchObject({ budgetMs: 0, hookBudgetMs: 0, drainTimeoutMs: 0 });
  });
});

describe('withTimeForHooks', () => {
  it('leaves the budget alone where it is longer than the block and the hooks', () => {
    expect(withTimeForHooks(settings, 0)).toBe(settings);
    expect(withTimeForHooks(settings, 10_000)).toBe(settings);
  });

  it('gives hooks their time although the block has used the budget up', () => {
    expect(withTimeForHooks(settings, 40_000)).toEqual({ ...settings, budgetMs: 45_000 });
  });
});
