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

  const asked = (readiness: object, spec: object = {}) =>
    deployment({ spec: { ...spec }, container: { readinessProbe: { httpGet: { path: '/', port: 1 }, ...readiness } } });

  it('fails readiness that cannot have passed in time, also in the time of the default', () => {
    expect(findingsOf(rule, [asked({ initialDelaySeconds: 700 })])).toMatchObject([
      {
        severity: 'error',
        message: 'readiness cannot have passed before 700s, but the rollout counts as failed after 600s (the default)',
      },
    ]);
    expect(
      messagesOf(rule, [asked({ successThreshold: 20, periodSeconds: 10 }, { progressDeadlineSeconds: 120 })]),
    ).toEqual(['readiness cannot have passed before 190s, but the rollout counts as failed after 120s']);
    expect(messagesOf(rule, [asked({ initialDelaySeconds: 300 }, { minReadySeconds: 400 })])).toEqual([
      expect.stringContaining('before 300s, and has to last 400s, but the rollout'),
    ]);
  });

  it('passes readiness that is asked just in time', () => {
    expect(messagesOf(rule, [asked({ initialDelaySeconds: 599 })])).toEqual([]);
  });

  it('fails one that the API server would refuse', () => {
    expect(findingsOf(rule, [rolled(60, 60)])).toMatchObject([{ severity: 'error' }]);
  });
});
