import { budgetStatus, MICROS } from './budget-level.js';

const COST = { isEnabled: true, dailyBudget: 0.5, warningThreshold: 0.8, criticalThreshold: 0.9 };
const NOW = new Date('2026-11-30T22:10:00.000Z');

describe('the status of a budget', () => {
  it.each([
    [0, 'ok'],
    [0.399999, 'ok'],
    [0.4, 'warning'],
    [0.449999, 'warning'],
    [0.45, 'critical'],
    [0.499999, 'critical'],
    [0.5, 'exceeded'],
  ])('of $%d of $0.50 is %s', (dollars, level) => {
    expect(budgetStatus(Math.round(dollars * MICROS), COST, NOW).level).toBe(level);
  });

  it('says what is left, and when the next day begins', () => {
    expect(budgetStatus(100_000, COST, NOW)).toEqual({
      level: 'ok',
      limit: 0.5,
      spent: 0.1,
      remaining: 0.4,
      resetAt: '2026-12-01T00:00:00.000Z',
    });
  });

  it('has nothing left, and no debt, where the budget was lowered since', () => {
    expect(budgetStatus(700_000, COST, NOW).remaining).toBe(0);
  });
});
