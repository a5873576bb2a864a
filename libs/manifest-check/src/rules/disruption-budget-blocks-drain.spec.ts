import { applyFixes } from 'nestjs-lifecycle-manifest-check';
import {
  deployment,
  disruptionBudget,
  findingsOf,
  type Json,
  messagesOf,
  resource,
} from '../../../../test/support/manifests.js';

const rule = 'disruption-budget-blocks-drain';

function pods(replicas: number, name = 'orders'): string {
  return deployment({ spec: { replicas }, metadata: { name } });
}

function scaler(minReplicas: number): string {
  return resource('HorizontalPodAutoscaler', { minReplicas, scaleTargetRef: { kind: 'Deployment', name: 'orders' } });
}

describe('disruption-budget-blocks-drain', () => {
  it.each<[string, readonly string[], Record<string, Json>]>([
    ['one that may go', [pods(2)], { maxUnavailable: 1 }],
    ['a share, rounded up', [pods(2)], { maxUnavailable: '10%' }],
    ['one that must stay', [pods(2)], { minAvailable: 1 }],
    ['a share that must stay', [pods(4)], { minAvailable: '75%' }],
    ['no pods at all', [pods(0)], { minAvailable: 1 }],
    ['pods of two workloads', [pods(1), pods(1, 'other')], { minAvailable: 1 }],
    ['a DaemonSet', [pods(1).replace('"Deployment"', '"DaemonSet"')], { minAvailable: 1 }],
    ['pods that are in no file', [], { maxUnavailable: 0 }],
    ['every pod in the namespace', [pods(1)], { minAvailable: 1, selector: {} }],
    ['neither of both', [pods(1)], {}],
  ])('passes %s', (_what, texts, spec) => {
    expect(messagesOf(rule, [disruptionBudget(spec), ...texts])).toEqual([]);
  });

  it.each<[readonly string[], Record<string, Json>, string]>([
    [[pods(2)], { maxUnavailable: 0 }, 'maxUnavailable 0 of 2 pods lets none go'],
    [[pods(2)], { maxUnavailable: '0%' }, 'maxUnavailable 0% of 2 pods lets none go'],
    [[pods(2)], { minAvailable: 2 }, 'minAvailable 2 of 2 pods lets none go'],
    [[pods(3)], { minAvailable: '67%' }, 'minAvailable 67% of 3 pods lets none go'],
    [[pods(1)], { minAvailable: 1 }, 'minAvailable 1 of 1 pod lets none go'],
    [[pods(5), scaler(1)], { minAvailable: 1 }, 'minAvailable 1 of 1 pod lets none go'],
  ])('fails %#: %j', (texts, spec, message) => {
    expect(messagesOf(rule, [disruptionBudget(spec), ...texts])).toEqual([message]);
  });

  it.each<Record<string, Json>>([{ maxUnavailable: 0 }, { minAvailable: '100%' }])(
    'has a fix for %j, which people have to want',
    (spec) => {
      const text = disruptionBudget(spec);
      const findings = findingsOf(rule, [text, pods(3)]);
      expect(applyFixes({ path: '0.yaml', text }, findings).text).toBe(text);
      const fixed = applyFixes({ path: '0.yaml', text }, findings, { unsafe: true }).text;
      expect(messagesOf(rule, [fixed, pods(3)])).toEqual([]);
    },
  );

  it('says that minAvailable has to go', () => {
    const [finding] = findingsOf(rule, [deployment(), disruptionBudget({ minAvailable: 2 })]);
    expect(finding?.remedy).toMatch(/^maxUnavailable: 1 .*in place of minAvailable/);
    expect(messagesOf(rule, [deployment(), disruptionBudget({ maxUnavailable: 1 })])).toEqual([]);
  });
});
