import { deployment, disruptionBudget, findingsOf, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'disruption-budget-missing';

describe('disruption-budget-missing', () => {
  it.each([
    ['a budget', [deployment(), service(), disruptionBudget({ maxUnavailable: 1 })]],
    ['a worker', [deployment()]],
    ['a single pod', [deployment({ spec: { replicas: 1 } }), service()]],
    ['a DaemonSet', [deployment().replace('"Deployment"', '"DaemonSet"'), service()]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it('fails several pods without a budget, or with one of other pods', () => {
    const other = disruptionBudget({ maxUnavailable: 1, selector: { matchLabels: { app: 'payments' } } });
    for (const texts of [
      [deployment(), service()],
      [deployment(), service(), other],
    ]) {
      expect(messagesOf(rule, texts)).toEqual(['no PodDisruptionBudget chooses its 2 pods']);
    }
  });

  it('says what to write in the namespace of the pods, after which nothing is found', () => {
    const metadata = { name: 'orders', namespace: 'shop' };
    const texts = [deployment({ metadata }), service({}, { namespace: 'shop' })];
    const [finding] = findingsOf(rule, texts);
    expect(messagesOf(rule, [...texts, finding?.remedy ?? ''])).toEqual([]);
  });
});
