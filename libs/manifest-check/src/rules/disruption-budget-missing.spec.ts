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

  it('has a name where the workload has none', () => {
    const metadata = { name: '' };
    const [finding] = findingsOf(rule, [deployment({ metadata }), service()]);
    expect(finding?.remedy).toContain('  name: orders   # the Deployment has no name here\n');
  });

  it('is a note for the nodes of a store, which says itself how many may be away', () => {
    const store = deployment({ spec: { replicas: 3 }, container: { image: 'cassandra:5', command: [] } });
    const severities = (text: string): readonly string[] =>
      findingsOf(rule, [text, service()]).map((one) => one.severity);
    expect(severities(store.replace('"Deployment"', '"StatefulSet"'))).toEqual(['note']);
    expect(severities(store)).toEqual(['warning']);
  });
});
