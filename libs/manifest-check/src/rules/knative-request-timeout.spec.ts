import { fixedBy, messagesOf, resource } from '../../../../test/support/manifests.js';

const rule = 'knative-request-timeout';

function service(timeoutSeconds?: number | string, annotations = {}): string {
  const containers = [{ image: 'orders:1', command: ['node', 'main.js'] }];
  const spec = timeoutSeconds === undefined ? { containers } : { timeoutSeconds, containers };
  return resource('Service', { template: { spec } }, { apiVersion: 'serving.knative.dev/v1', annotations });
}

describe('knative-request-timeout', () => {
  it('passes the default, enough, what is no number, and Cloud Run, whose time is fixed', () => {
    expect(messagesOf(rule, [service()])).toEqual([]);
    expect(messagesOf(rule, [service(60)])).toEqual([]);
    expect(messagesOf(rule, [service('soon')])).toEqual([]);
    expect(messagesOf(rule, [service(5, { 'run.googleapis.com/ingress': 'all' })])).toEqual([]);
  });

  it('does not take requests at once, or the time of an idle one, for time to stop', () => {
    const others = { containerConcurrency: 1, idleTimeoutSeconds: 5, responseStartTimeoutSeconds: 5 };
    const text = service(60).replace(
      '"timeoutSeconds": 60',
      `${JSON.stringify(others).slice(1, -1)}, "timeoutSeconds": 60`,
    );
    expect(text).toContain('containerConcurrency');
    expect(messagesOf(rule, [text])).toEqual([]);
    expect(messagesOf(rule, [text.replace('"timeoutSeconds": 60', '"timeoutSeconds": 10')])).toHaveLength(1);
  });

  it('fails and raises what its pods would have to stop in', () => {
    expect(messagesOf(rule, [service(10)])).toEqual([expect.stringContaining('but Knative gives its pods 10s')]);
    expect(fixedBy(rule, [service(10)])).toBe(service(30));
  });
});
