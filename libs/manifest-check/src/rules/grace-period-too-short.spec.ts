import { deployment, findingsOf, fixedBy, messagesOf } from '../../../../test/support/manifests.js';

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
    ['a preStop that the service does not know of', withPreStop({}), 'preStop 10s + lame duck 10s + drain 13s'],
    ['a grace period shorter than the default', short({}), '= 28.3s, but the pod is given 3s'],
    [
      'a default that is too short',
      deployment({ pod: { terminationGracePeriodSeconds: null }, env: { SHUTDOWN_GRACE_PERIOD: '1m' } }),
      'but the pod is given 30s (the default)',
    ],
    [
      'a sleep among other commands',
      running('sh', '-c', 'sleep 15; nginx -s quit'),
      'preStop 15s + lame duck 10s + drain 13s + hooks 5s + margin 2s = 45s',
    ],
    [
      'a preStop of unknown length',
      running('/app/leave.sh').replace('30', '20'),
      'preStop of unknown length + lame duck 10s + drain 13s + hooks 5s + margin 2s = at least 30s',
    ],
    ['one second too little', deployment({ env: { SHUTDOWN_GRACE_PERIOD: '31' } }), '= 31s, but the pod is given 30s'],
  ])('fails %s', (_what, text, message) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining(message)]);
  });

  it('names the smallest grace period with which nothing is found', () => {
    const graces = [undefined, '3s', '10s', '11500ms', '61s'];
    const ducks = [undefined, '0', '1.2s', '30s'];
    const given = [1, 5, 9, 10, 20, 30];
    let found = 0;
    for (const [grace, duck, seconds] of combined(graces, ducks, given)) {
      const env = { ...(grace && { SHUTDOWN_GRACE_PERIOD: grace }), ...(duck && { SHUTDOWN_LAME_DUCK: duck }) };
      const withTime = (time: number): string => deployment({ pod: { terminationGracePeriodSeconds: time }, env });
      const [finding] = findingsOf(rule, [withTime(seconds)]);
      if (finding === undefined) continue;
      const named = Number(/^terminationGracePeriodSeconds: (\d+)$/.exec(finding.remedy)?.[1]);
      expect({ env, named, left: messagesOf(rule, [withTime(named)]) }).toEqual({ env, named, left: [] });
      expect({ env, named, before: messagesOf(rule, [withTime(named - 1)]) }).not.toMatchObject({ before: [] });
      found += 1;
    }
    expect(found).toBeGreaterThan(50);
  });

  it('names the grace period that settings which are refused have to be given', () => {
    const env = { SHUTDOWN_GRACE_PERIOD: '10s', SHUTDOWN_LAME_DUCK: '30s' };
    const both = [rule, 'settings-refused'].flatMap((id) => findingsOf(id, [deployment({ env })]));
    expect(both.map(({ remedy }) => remedy)).toEqual([
      'terminationGracePeriodSeconds: 38',
      expect.stringMatching(/value: 38s\n.*\nterminationGracePeriodSeconds: 38 /),
    ]);
    const mended = { env: { ...env, SHUTDOWN_GRACE_PERIOD: '38s' }, pod: { terminationGracePeriodSeconds: 38 } };
    expect([rule, 'settings-refused'].flatMap((id) => messagesOf(id, [deployment(mended)]))).toEqual([]);
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

function combined<A, B, C>(ones: readonly A[], others: readonly B[], more: readonly C[]): (readonly [A, B, C])[] {
  return ones.flatMap((one) => others.flatMap((other) => more.map((last) => [one, other, last] as const)));
}
