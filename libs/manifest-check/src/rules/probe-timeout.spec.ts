import { deployment, fixedBy, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'probe-timeout';
const httpGet = { path: '/health/live', port: 3000 };

function liveness(times: Readonly<Record<string, number>>): string {
  return deployment({ container: { livenessProbe: { httpGet, ...times } } });
}

describe('probe-timeout', () => {
  it('passes 2 s and more, up to the period, and no probes', () => {
    expect(messagesOf(rule, [deployment(), liveness({ timeoutSeconds: 10 })])).toEqual([]);
    expect(messagesOf(rule, [deployment({ container: { readinessProbe: null } })])).toEqual([]);
  });

  it('leaves a probe alone that has no 2 s, since it is asked every second', () => {
    expect(messagesOf(rule, [liveness({ timeoutSeconds: 1, periodSeconds: 1 })])).toEqual([]);
  });

  it.each([
    ['the default', liveness({}), 'livenessProbe waits 1s (the default) for an answer'],
    ['one second', liveness({ timeoutSeconds: 1 }), 'livenessProbe waits 1s for an answer'],
    [
      'longer than the period',
      liveness({ timeoutSeconds: 11 }),
      'livenessProbe waits 11s for an answer, longer than its period of 10s',
    ],
  ])('fails %s', (_what, text, message) => {
    expect(messagesOf(rule, [text])).toEqual([message]);
  });

  it('has a fix, after which nothing is found', () => {
    for (const text of [liveness({}), liveness({ timeoutSeconds: 1 })]) {
      expect(messagesOf(rule, [fixedBy(rule, [text])])).toEqual([]);
    }
  });
});
