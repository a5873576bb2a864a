import { deployment, findingsOf, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'restart-not-drained';

function restarted(lameDuck: string, failureThreshold: number): string {
  const httpGet = { path: '/health/ready', port: 3000 };
  return deployment({
    env: { SHUTDOWN_LAME_DUCK: lameDuck },
    container: {
      livenessProbe: { httpGet: { path: '/health/live', port: 3000 } },
      readinessProbe: { httpGet, periodSeconds: 2, timeoutSeconds: 2, failureThreshold },
    },
  });
}

describe('restart-not-drained', () => {
  it('passes a lame duck that is long enough, to the second', () => {
    expect(messagesOf(rule, [restarted('9s', 1), service()])).toEqual([]);
  });

  it('passes what is never restarted, and what gets no requests', () => {
    expect(messagesOf(rule, [deployment(), service()])).toEqual([]);
    expect(messagesOf(rule, [restarted('1s', 3)])).toEqual([]);
  });

  it('fails a lame duck that is over before readiness has failed', () => {
    expect(messagesOf(rule, [restarted('9s', 2), service()])).toEqual([
      'readiness fails after 2 × 2s + 2s, and routing takes 5s: 11s in all, longer than the lame duck of 9s',
    ]);
    expect(messagesOf(rule, [restarted('9s', 1), service()], { facts: { routingDelayMs: 6000 } })).toHaveLength(1);
  });

  it('names the lame duck that is long enough, and no probe where it is quick already', () => {
    const [quick] = findingsOf(rule, [restarted('5s', 1), service()]);
    expect(quick?.remedy).toMatch(/^env:\n {2}- name: SHUTDOWN_LAME_DUCK\n {4}value: 9s\n/);
    const [slow] = findingsOf(rule, [restarted('5s', 3), service()]);
    expect(slow?.remedy).toMatch(/^readinessProbe:\n[^]*value: 9s\n/);
    expect(messagesOf(rule, [restarted('9s', 1), service()])).toEqual([]);
  });
});
