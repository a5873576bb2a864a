import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'progress-deadline-too-short';

function rolled(progressDeadlineSeconds: number, minReadySeconds = 0, startSeconds = 0): string {
  const startupProbe = { httpGet: { path: '/', port: 1 }, periodSeconds: 1, failureThreshold: startSeconds };
  return deployment({
    spec: { progressDeadlineSeconds, minReadySeconds },
    ...(startSeconds > 0 && { container: { startupProbe } }),
  });
}

describe('progress-deadline-too-short', () => {
  it('passes the default, and one that is long enough to the second', () => {
    expect(messagesOf(rule, [deployment()])).toEqual([]);
    expect(messagesOf(rule, [rolled(23, 10, 10)])).toEqual([]);
  });

  it('warns of one that a slow start would miss', () => {
    expect(findingsOf(rule, [rolled(32, 10, 20)])).toMatchObject([
      {
        severity: 'warning',
        message:
          'the rollout counts as failed after 32s, but a pod may take 20s to start, 2s to be asked, and 10s to count ' +
          'as available',
      },
    ]);
    expect(messagesOf(rule, [rolled(31, 10, 10)], { facts: { bootMs: 60_000 } })).toHaveLength(1);
  });

  it('fails one that the API server would refuse', () => {
    expect(findingsOf(rule, [rolled(60, 60)])).toMatchObject([{ severity: 'error' }]);
  });
});
