import { deployment, fixedBy, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'grace-period-zero';
const zero = deployment({ pod: { terminationGracePeriodSeconds: 0 }, env: { SHUTDOWN_GRACE_PERIOD: '45s' } });

describe('grace-period-zero', () => {
  it('passes any other grace period, written or not', () => {
    expect(messagesOf(rule, [deployment(), deployment({ pod: { terminationGracePeriodSeconds: null } })])).toEqual([]);
    expect(messagesOf(rule, [deployment({ pod: { terminationGracePeriodSeconds: 1 } })])).toEqual([]);
  });

  it('fails none at all, and gives what the service plans with', () => {
    expect(messagesOf(rule, [zero])).toEqual(['the pod is given 0 s to stop']);
    expect(fixedBy(rule, [zero])).toContain('"terminationGracePeriodSeconds": 45');
  });
});
