import { deployment, type Json, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'pods-on-one-node';

function placed(pod: Readonly<Record<string, Json>>, replicas = 2): readonly string[] {
  return [deployment({ pod, spec: { replicas } }), service()];
}

function together(
  kind: string,
  labels: Readonly<Record<string, string>>,
  topologyKey = 'kubernetes.io/hostname',
): readonly string[] {
  const term = { topologyKey, labelSelector: { matchLabels: labels } };
  return placed({ affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } });
}

/** Nodes by their host names; each list is a term, of which one is enough. */
function onNodes(...terms: readonly (readonly string[])[]): readonly string[] {
  const nodeSelectorTerms = terms.map((values) => ({
    matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values }],
  }));
  return placed({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
}

describe('pods-on-one-node', () => {
  it.each([
    ['pods that may be anywhere', placed({})],
    ['nodes of a kind', placed({ nodeSelector: { 'node.kubernetes.io/pool': 'api' } })],
    ['a single pod', placed({ nodeName: 'a' }, 1)],
    ['pods that keep apart', together('podAntiAffinity', { app: 'orders' })],
    ['pods beside those of another', together('podAffinity', { app: 'cache' })],
    ['pods in one zone', together('podAffinity', { app: 'orders' }, 'topology.kubernetes.io/zone')],
    ['two nodes', onNodes(['a', 'b'])],
    ['one node or another', onNodes(['a'], ['b'])],
    ['what nothing routes to', placed({ nodeName: 'a' }).slice(0, 1)],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each([
    ['nodeName', placed({ nodeName: 'node-1' }), 'nodeName puts all 2 pods on node-1'],
    [
      'nodeSelector',
      placed({ nodeSelector: { 'kubernetes.io/hostname': 'node-1' } }),
      'nodeSelector puts all 2 pods on node-1',
    ],
    ['nodeAffinity', onNodes(['node-1']), 'nodeAffinity puts all 2 pods on node-1'],
    [
      'podAffinity',
      together('podAffinity', { app: 'orders' }),
      'podAffinity wants all 2 pods on the node of the first one',
    ],
  ])('warns of %s', (_what, texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([message]);
  });
});
