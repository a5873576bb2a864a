import { deployment, findingsOf, type Json, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'host-port-taken';
const ports = [{ containerPort: 3000, hostPort: 80 }];

function updated(
  rollingUpdate: Readonly<Record<string, Json>>,
  pod = {},
  container: { ports?: Json } = { ports },
): string {
  return deployment({
    spec: { replicas: 4, strategy: { rollingUpdate }, updateStrategy: { rollingUpdate } },
    pod,
    container,
  });
}

function onNodes(text: string): string {
  return text.replace('"Deployment"', '"DaemonSet"');
}

describe('host-port-taken', () => {
  it.each([
    ['no port of the node', updated({ maxSurge: 1, maxUnavailable: 0 }, {}, {})],
    [
      'a port of the node that is 0, which is none',
      updated({ maxSurge: 1, maxUnavailable: 0 }, {}, { ports: [{ containerPort: 3000, hostPort: 0 }] }),
    ],
    ['a surge of nothing', updated({ maxSurge: 0, maxUnavailable: '10%' })],
    ['no surge', updated({ maxSurge: 0, maxUnavailable: 1 })],
    ['a pod that may be missing', updated({ maxSurge: 1, maxUnavailable: 1 })],
    ['the defaults with four pods, one of which may be missing', updated({})],
    [
      'the network of the node without ports',
      updated({ maxSurge: 1, maxUnavailable: 0 }, { hostNetwork: true }, { ports: [] }),
    ],
    ['a DaemonSet by default', onNodes(updated({}))],
    ['a DaemonSet without a surge', onNodes(updated({ maxSurge: 0 }))],
    ['Recreate', deployment({ spec: { strategy: { type: 'Recreate' } }, container: { ports } })],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it('fails a surge that no pod makes room for', () => {
    for (const text of [
      updated({ maxSurge: 1, maxUnavailable: 0 }),
      updated({ maxSurge: 1, maxUnavailable: 0 }, { hostNetwork: true }, {}),
    ]) {
      expect(findingsOf(rule, [text])).toMatchObject([
        { severity: 'warning', message: expect.stringContaining('maxSurge 1 and maxUnavailable 0') as string },
      ]);
    }
  });

  it('fails a surge of a DaemonSet, which is always on the same node', () => {
    expect(findingsOf(rule, [onNodes(updated({ maxSurge: '10%', maxUnavailable: 0 }))])).toMatchObject([
      { severity: 'error', message: expect.stringContaining('maxSurge 10%') as string },
    ]);
  });
});
