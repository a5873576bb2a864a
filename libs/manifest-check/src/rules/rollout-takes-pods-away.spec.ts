import {
  deployment,
  findingsOf,
  fixedBy,
  type Json,
  messagesOf,
  resource,
  service,
} from '../../../../test/support/manifests.js';

const rule = 'rollout-takes-pods-away';

function rolled(replicas: number, strategy: Json | undefined): readonly string[] {
  return [deployment({ spec: { replicas, ...(strategy !== undefined && { strategy }) } }), service()];
}

describe('rollout-takes-pods-away', () => {
  it.each([
    ['three pods and the default, whose share is rounded down to none', rolled(3, undefined)],
    ['none', rolled(4, { rollingUpdate: { maxUnavailable: 0 } })],
    ['one of many', rolled(5, undefined)],
    ['all of them, which another rule finds', rolled(2, { rollingUpdate: { maxUnavailable: 2 } })],
    ['a worker', rolled(4, undefined).slice(0, 1)],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  const bad = [
    ['the default', rolled(4, undefined), 'maxUnavailable 25% (the default) takes 1 of 4 pods away during a rollout'],
    [
      'a number',
      rolled(2, { rollingUpdate: { maxUnavailable: 1 } }),
      'maxUnavailable 1 takes 1 of 2 pods away during a rollout',
    ],
    [
      'the default beside a surge',
      rolled(4, { rollingUpdate: { maxSurge: 2 } }),
      'maxUnavailable 25% (the default) takes 1 of 4 pods away during a rollout',
    ],
    [
      'the default beside a type',
      rolled(4, { type: 'RollingUpdate' }),
      'maxUnavailable 25% (the default) takes 1 of 4 pods away during a rollout',
    ],
  ] as const;

  it.each(bad)('fails %s', (_what, texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([message]);
  });

  it.each(bad)('has a fix for %s, after which nothing is found', (_what, texts) => {
    expect(messagesOf(rule, [fixedBy(rule, texts), service()])).toEqual([]);
  });

  it('has no fix where it would leave both at 0', () => {
    const texts = rolled(2, { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
    expect(messagesOf(rule, texts)).toHaveLength(1);
    expect(fixedBy(rule, texts)).toBe(texts[0]);
  });

  describe('where only one pod may have something', () => {
    const ports = [{ name: 'http', containerPort: 3000, hostPort: 80 }];
    const onNode = (rollingUpdate: Json, replicas = 2): string =>
      deployment({ spec: { replicas, strategy: { rollingUpdate } }, container: { ports } });

    it('notes that a pod is missing, and has no fix that another rule would find', () => {
      const texts = [onNode({ maxSurge: 1, maxUnavailable: 1 }), service()];
      expect(findingsOf(rule, texts)).toMatchObject([{ severity: 'note' }]);
      expect(fixedBy(rule, texts)).toBe(texts[0]);
    });

    it('has one finding with a port of the node, whichever way', () => {
      for (const rollingUpdate of [
        { maxSurge: 1, maxUnavailable: 1 },
        { maxSurge: 0, maxUnavailable: 1 },
        { maxSurge: 1, maxUnavailable: 0 },
      ]) {
        const files = [onNode(rollingUpdate), service()];
        const found = ['host-port-taken', rule, 'rollout-leaves-no-pod'].flatMap((id) => findingsOf(id, files));
        expect(found).toHaveLength(1);
      }
    });

    it('finds nothing once its remedies are followed', () => {
      for (const text of [
        onNode({ maxSurge: 0, maxUnavailable: 1 }, 5),
        deployment({ spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } }),
      ]) {
        expect(['host-port-taken', rule].flatMap((id) => messagesOf(id, [text, service()]))).toEqual([]);
      }
    });

    it('leaves a volume for one pod to the rule on volumes', () => {
      const pod = { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'orders' } }] };
      const text = deployment({ spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } }, pod });
      const claim = resource('PersistentVolumeClaim', { accessModes: ['ReadWriteOncePod'] });
      expect(messagesOf(rule, [text, service(), claim])).toEqual([]);
      expect(messagesOf('volume-not-shareable', [text, service(), claim])).toHaveLength(1);
    });

    it('does not tell a single pod to overlap with itself', () => {
      const text = onNode({ maxSurge: 0, maxUnavailable: 1 }, 1);
      const [finding] = findingsOf('rollout-leaves-no-pod', [text, service()]);
      expect(finding?.remedy).toMatch(/^# without hostPort and hostNetwork.*\nmaxSurge: 1\nmaxUnavailable: 0$/);
    });
  });
});
