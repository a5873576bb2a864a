import { deployment, disruptionBudget, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'disruption-budget-overlap';

describe('disruption-budget-overlap', () => {
  it('passes one budget, and one of others beside it', () => {
    const other = disruptionBudget({ selector: { matchLabels: { app: 'payments' } } }, { name: 'payments' });
    expect(messagesOf(rule, [deployment(), disruptionBudget({}), other])).toEqual([]);
    expect(messagesOf(rule, [deployment()])).toEqual([]);
    expect(messagesOf(rule, [deployment(), disruptionBudget({}), disruptionBudget({})])).toEqual([]);
  });

  it('fails two that count the same pods, at the second one', () => {
    const all = disruptionBudget({ selector: {} }, { name: 'all' });
    expect(findingsOf(rule, [deployment(), disruptionBudget({}), all])).toMatchObject([
      { file: '2.yaml', message: 'its pods are counted by 2 budgets: orders and all' },
    ]);
  });
});
