import { deployment, fileNamed, findingsOf, messagesOf, resource } from '../../../../test/support/manifests.js';

const rule = 'volume-not-shareable';
const pod = {
  volumes: [
    { name: 'a', emptyDir: {} },
    { name: 'data', persistentVolumeClaim: { claimName: 'orders' } },
  ],
};

function claim(...accessModes: readonly string[]): string {
  return resource('PersistentVolumeClaim', { accessModes });
}

function withStrategy(replicas: number, strategy = {}): string {
  return deployment({ pod, spec: { replicas, strategy } });
}

describe('volume-not-shareable', () => {
  it.each([
    ['a volume for many', [deployment({ pod }), claim('ReadWriteMany')]],
    ['a volume for one or many', [deployment({ pod }), claim('ReadWriteOnce', 'ReadWriteMany')]],
    ['a claim in no file', [deployment({ pod })]],
    ['a claim of others', [deployment(), claim('ReadWriteOnce')]],
    ['one pod at a time', [withStrategy(1, { type: 'Recreate' }), claim('ReadWriteOnce')]],
    [
      'one pod that makes room',
      [withStrategy(1, { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }), claim('ReadWriteOnce')],
    ],
    ['a StatefulSet', [deployment({ pod }).replace('"Deployment"', '"StatefulSet"'), claim('ReadWriteOnce')]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it('fails a volume for one node or one pod', () => {
    expect(findingsOf(rule, [withStrategy(1), claim('ReadWriteOnce')])).toMatchObject([
      { severity: 'warning', message: 'the volume orders is ReadWriteOnce, and 2 pods of a rollout want it' },
    ]);
    expect(findingsOf(rule, [deployment({ pod }), claim('ReadWriteOncePod')])).toMatchObject([
      { severity: 'error', message: 'the volume orders is ReadWriteOncePod, and 3 pods of a rollout want it' },
    ]);
  });

  it('only notes it in a folder for development, whose cluster has one node', () => {
    const files = [
      fileNamed('k8s/dev/orders.yaml', withStrategy(1)),
      fileNamed('k8s/dev/claim.yaml', claim('ReadWriteOnce')),
    ];
    expect(findingsOf(rule, files)).toMatchObject([{ severity: 'note' }]);
  });

  it('is unsure of a file share, which keeps no second node out', () => {
    const share = resource('PersistentVolumeClaim', { accessModes: ['ReadWriteOnce'], storageClassName: 'fast-nfs-1' });
    expect(findingsOf(rule, [withStrategy(1), share])).toMatchObject([
      { severity: 'note', message: expect.stringContaining('(a note, since its storage class') as string },
    ]);
    const ofOnePod = share.replace('ReadWriteOnce', 'ReadWriteOncePod');
    expect(findingsOf(rule, [withStrategy(1), ofOnePod])).toMatchObject([{ severity: 'error' }]);
  });

  it('never has two databases share a volume', () => {
    const container = { image: 'mysql:8', command: [] };
    const [finding] = findingsOf(rule, [deployment({ pod, container, spec: { replicas: 1 } }), claim('ReadWriteOnce')]);
    expect(finding?.remedy).toMatch(/^strategy:\n {2}type: Recreate/);
    expect(finding?.remedy).not.toContain('ReadWriteMany');
  });

  it('never offers Recreate alone where several pods want the volume at once', () => {
    const server = { image: 'mongo:7', command: [] };
    for (const [container, first] of [
      [
        server,
        /^replicas: 1\nstrategy:\n {2}type: Recreate {3}# each server needs a volume of its own, as the pods of/,
      ],
      [{}, /:\nreplicas: 1\nstrategy:\n {2}type: Recreate\n# or several, without orders/],
    ] as const) {
      const [finding] = findingsOf(rule, [
        deployment({ pod, container, spec: { replicas: 3 } }),
        claim('ReadWriteOnce'),
      ]);
      expect(finding?.remedy).toMatch(first);
    }
  });
});
