import { messagesOf, resource } from '../../../../test/support/manifests.js';

const rule = 'cloud-run-stop-time';

function service(gracePeriod?: string, annotations = { 'run.googleapis.com/ingress': 'all' }): string {
  const env = gracePeriod === undefined ? [] : [{ name: 'SHUTDOWN_GRACE_PERIOD', value: gracePeriod }];
  const containers = [{ image: 'orders:1', env }];
  return resource(
    'Service',
    { template: { spec: { containers } } },
    { apiVersion: 'serving.knative.dev/v1', annotations },
  );
}

describe('cloud-run-stop-time', () => {
  it('passes a service that knows, and Knative elsewhere', () => {
    expect(messagesOf(rule, [service('10s')])).toEqual([]);
    expect(messagesOf(rule, [service('8s')])).toEqual([]);
    expect(
      messagesOf(rule, [JSON.stringify(JSON.parse(service())).replace('run.googleapis.com', 'example.org')]),
    ).toEqual([]);
  });

  it('fails a service that plans with more', () => {
    expect(messagesOf(rule, [service()])).toEqual([
      'lame duck 10s + drain 13s + hooks 5s + margin 1s = 29s, but Cloud Run waits 10s',
    ]);
    expect(messagesOf(rule, [service('20s')])).toHaveLength(1);
  });
});
