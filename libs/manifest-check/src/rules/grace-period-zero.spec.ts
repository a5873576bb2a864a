import { deployment, fixedBy, messagesOf, resource } from '../../../../test/support/manifests.js';

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

  it('fails a CronJob and a Job, whose work stays half done', () => {
    const template = {
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'a', image: 'a:1', command: ['npm', 'run', 'job'] }],
      },
    };
    const cron = resource('CronJob', { jobTemplate: { spec: { template } } }, { apiVersion: 'batch/v1' });
    const job = resource('Job', { template }, { apiVersion: 'batch/v1', name: 'other' });
    expect(messagesOf(rule, [cron, job])).toEqual(['the pod is given 0 s to stop', 'the pod is given 0 s to stop']);
    const scaled = resource('ScaledJob', { jobTargetRef: { template } }, { apiVersion: 'keda.sh/v1alpha1' });
    expect(messagesOf(rule, [scaled])).toEqual(['the pod is given 0 s to stop']);
    expect(messagesOf('signal-not-forwarded', [cron])).toHaveLength(1);
    expect(messagesOf(rule, [fixedBy(rule, [cron])])).toEqual([]);
  });
});
