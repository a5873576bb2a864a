import { deployment, fixedBy, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'grace-period-too-short';

describe('grace-period-too-short', () => {
  it.each([
    ['defaults', deployment()],
    ['a grace period that is not written', deployment({ pod: { terminationGracePeriodSeconds: null } })],
    ['the exact sum', deployment({ env: { SHUTDOWN_DRAIN_TIMEOUT: '18s' } })],
    ['a preStop that the service knows of', withPreStop({ SHUTDOWN_PRE_STOP: '10s' })],
    ['a short grace period that the service knows of', short({ SHUTDOWN_GRACE_PERIOD: '3s' })],
    ['a shutdown that is switched off', short({ SHUTDOWN_ENABLED: 'false' })],
    [
      'a pod that is killed at once, which another rule finds',
      deployment({ pod: { terminationGracePeriodSeconds: 0 } }),
    ],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['a preStop that the service does not know of', withPreStop({}), 'preStop 10s + lame duck 5s + drain 18s'],
    ['a grace period shorter than the default', short({}), '= 28.3s, but the pod is given 3s'],
    [
      'a default that is too short',
      deployment({ pod: { terminationGracePeriodSeconds: null }, env: { SHUTDOWN_GRACE_PERIOD: '1m' } }),
      'but the pod is given 30s (the default)',
    ],
    [
      'a sleep among other commands',
      running('sh', '-c', 'sleep 15; nginx -s quit'),
      'preStop 15s + lame duck 5s + drain 18s + hooks 5s + margin 2s = 45s',
    ],
    [
      'a preStop of unknown length',
      running('/app/leave.sh').replace('30', '20'),
      'preStop of unknown length + lame duck 5s + drain 18s + hooks 5s + margin 2s = at least 30s',
    ],
    ['one second too little', deployment({ env: { SHUTDOWN_GRACE_PERIOD: '31' } }), '= 31s, but the pod is given 30s'],
  ])('fails %s', (_what, text, message) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['replaces what is written', withPreStop({}), '"terminationGracePeriodSeconds": 40'],
    [
      'adds what is not',
      deployment({
        pod: { terminationGracePeriodSeconds: null, hostname: 'a' },
        env: { SHUTDOWN_GRACE_PERIOD: '60s' },
      }).replace(/\s*"terminationGracePeriodSeconds": null,/, ''),
      '"terminationGracePeriodSeconds": 60',
    ],
  ])('has a fix that %s, after which nothing is found', (_what, text, written) => {
    const fixed = fixedBy(rule, [text]);
    expect(fixed).toContain(written);
    expect(messagesOf(rule, [fixed])).toEqual([]);
  });
});

function withPreStop(env: Readonly<Record<string, string>>): string {
  return deployment({ env, container: { lifecycle: { preStop: { sleep: { seconds: 10 } } } } });
}

function running(...command: readonly string[]): string {
  return deployment({ container: { lifecycle: { preStop: { exec: { command: [...command] } } } } });
}

function short(env: Readonly<Record<string, string>>): string {
  return deployment({ env, pod: { terminationGracePeriodSeconds: 3 } });
}
