import { deployment, disruptionBudget, fixedBy, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'disruption-budget-unhealthy';

describe('disruption-budget-unhealthy', () => {
  it.each([
    ['pods that may always go', [disruptionBudget({ unhealthyPodEvictionPolicy: 'AlwaysAllow' }), deployment()]],
    ['a budget of pods in other files', [disruptionBudget({})]],
    ['an API that does not have it', [disruptionBudget({}, { apiVersion: 'policy/v1beta1' }), deployment()]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each([
    ['IfHealthyBudget (the default)', disruptionBudget({ maxUnavailable: 1 })],
    ['IfHealthyBudget', disruptionBudget({ unhealthyPodEvictionPolicy: 'IfHealthyBudget' })],
  ])('fails %s, and has a fix', (policy, text) => {
    expect(messagesOf(rule, [text, deployment()])).toEqual([`unhealthyPodEvictionPolicy is ${policy}`]);
    const fixed = fixedBy(rule, [text, deployment()]);
    expect(fixed).toContain('"unhealthyPodEvictionPolicy": "AlwaysAllow"');
    expect(messagesOf(rule, [fixed, deployment()])).toEqual([]);
  });
});
