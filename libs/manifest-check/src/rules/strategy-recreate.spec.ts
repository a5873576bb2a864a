import { deployment, findingsOf, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'strategy-recreate';
const recreate = deployment({ spec: { strategy: { type: 'Recreate' } } });

describe('strategy-recreate', () => {
  it('passes a rolling update, and a worker that may not run twice', () => {
    expect(messagesOf(rule, [deployment(), service()])).toEqual([]);
    expect(messagesOf(rule, [recreate])).toEqual([]);
  });

  it('names both ways out, and their price, where only one pod can have the volume', () => {
    const pod = { volumes: [{ name: 'files', persistentVolumeClaim: { claimName: 'orders' } }] };
    const claim = resource('PersistentVolumeClaim', { accessModes: ['ReadWriteOnce'] });
    const texts = [deployment({ pod, spec: { replicas: 1, strategy: { type: 'Recreate' } } }), service(), claim];
    const [finding] = findingsOf(rule, texts);
    expect(finding).toMatchObject({
      severity: 'warning',
      message: 'the strategy is Recreate, since only one pod can have the volume orders',
    });
    expect(finding?.remedy.match(/its price/g)).toHaveLength(2);
    // A second pod could not have the volume either.
    expect(messagesOf('single-replica', texts)).toEqual([]);
    expect(messagesOf('volume-not-shareable', texts)).toEqual([]);
  });

  it('fails a service that gets requests', () => {
    expect(messagesOf(rule, [recreate, service()])).toEqual(['the strategy is Recreate']);
  });
});
