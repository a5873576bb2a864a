import { deployment, disruptionBudget, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'disruption-budget-matches-no-pod';
const wrong = { selector: { matchLabels: { app: 'order' } } };

describe('disruption-budget-matches-no-pod', () => {
  it.each([
    ['a budget whose selector fits', [deployment(), disruptionBudget({})]],
    ['a budget for every pod', [deployment(), disruptionBudget({ selector: {} })]],
    ['a budget of something in other files', [deployment(), disruptionBudget(wrong, { name: 'redis' })]],
    ['a budget alone', [disruptionBudget(wrong)]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each(['orders', 'orders-pdb'])('fails when %s chooses nothing', (name) => {
    expect(messagesOf(rule, [deployment(), disruptionBudget(wrong, { name })])).toEqual([
      'the selector does not choose the pods of Deployment orders, which have app=orders',
    ]);
  });
});
