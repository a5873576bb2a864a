import { deployment, type Json, messagesOf, resource } from '../../../../test/support/manifests.js';

const rule = 'node-leaves-earlier';
const SPOT = 'cloud.google.com/gke-spot';

function on(nodeSelector: Json, terminationGracePeriodSeconds = 30): string {
  return deployment({ pod: { nodeSelector, terminationGracePeriodSeconds } });
}

function bound(...terms: readonly Json[]): string {
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } };
  return deployment({ pod: { affinity: { nodeAffinity } } });
}

function term(key: string, ...values: readonly string[]): Json {
  return { matchExpressions: [{ key, operator: 'In', values }] };
}

function pool(terminationGracePeriod: string): string {
  return resource('NodePool', { template: { spec: { terminationGracePeriod } } }, { apiVersion: 'karpenter.sh/v1' });
}

describe('node-leaves-earlier', () => {
  it.each([
    ['any node', [deployment()]],
    ['a spot node of AWS that stays long enough', [on({ 'eks.amazonaws.com/capacityType': 'SPOT' })]],
    ['a node that stays', [on({ 'karpenter.sh/capacity-type': 'on-demand' }, 600)]],
    ['a pod that is quick enough', [on({ 'cloud.google.com/gke-spot': 'true' }, 15)]],
    ['a choice of nodes', [bound(term('cloud.google.com/gke-spot', 'true'), term('zone', 'a'))]],
    ['spot or not', [bound(term('karpenter.sh/capacity-type', 'spot', 'on-demand'))]],
    ['any node but spot', [bound({ matchExpressions: [{ key: SPOT, operator: 'NotIn', values: ['true'] }] })]],
    ['another label of the same value', [bound(term('example.org/large', 'true'))]],
    ['an affinity without values', [bound(term(SPOT))]],
    ['a pool that waits for ever', [on({ 'karpenter.sh/nodepool': 'orders' }), pool('Never')]],
    ['a pool that waits', [on({ 'karpenter.sh/nodepool': 'orders' }), pool('1m')]],
    ['another pool', [on({ 'karpenter.sh/nodepool': 'other' }), pool('1s')]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each([
    [[on({ 'karpenter.sh/capacity-type': 'spot' }, 121)], 'may take 121s, but a spot node is taken away after 120s'],
    [[on({ 'cloud.google.com/gke-spot': 'true' })], 'taken away after 15s'],
    [[bound(term('cloud.google.com/gke-preemptible', 'true'))], 'taken away after 15s'],
    [[on({ 'kubernetes.azure.com/scalesetpriority': 'spot' }, 31)], 'taken away after 30s'],
    [[on({ 'karpenter.sh/nodepool': 'orders' }), pool('20s')], 'Karpenter drains a node of this pool for 20s'],
  ])('fails a node that leaves earlier: %#', (texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([expect.stringContaining(message)]);
  });
});
