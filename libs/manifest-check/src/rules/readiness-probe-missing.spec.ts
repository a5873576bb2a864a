import { deployment, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'readiness-probe-missing';
const without = { readinessProbe: null };

describe('readiness-probe-missing', () => {
  it('passes a probe of any kind, and a worker', () => {
    expect(messagesOf(rule, [deployment(), service()])).toEqual([]);
    expect(
      messagesOf(rule, [deployment({ container: { readinessProbe: { exec: { command: ['a'] } } } }), service()]),
    ).toEqual([]);
    expect(messagesOf(rule, [deployment({ container: without })])).toEqual([]);
  });

  it('fails none, or liveness alone', () => {
    const live = { ...without, livenessProbe: { httpGet: { path: '/', port: 3000 } } };
    for (const container of [without, live]) {
      expect(messagesOf(rule, [deployment({ container }), service()])).toEqual([
        'container orders has no readinessProbe',
      ]);
    }
  });
});
