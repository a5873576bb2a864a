import { deployment, findingsOf, messagesOf, resource } from '../../../../test/support/manifests.js';

const rule = 'settings-refused';

describe('settings-refused', () => {
  it.each([
    {
      SHUTDOWN_GRACE_PERIOD: '30',
      SHUTDOWN_LAME_DUCK: '2s..15s',
      SHUTDOWN_ENABLED: 'yes',
      SHUTDOWN_PROBE_PORT: '9000',
    },
    { SHUTDOWN_GRACE_PERIOD: '' },
    { SHUTDOWN_SOMETHING_ELSE: 'x' },
  ])('passes %j', (env) => {
    expect(messagesOf(rule, [deployment({ env })])).toEqual([]);
  });

  it.each([
    [{ SHUTDOWN_GRACE_PERIOD: 'half a minute' }, "SHUTDOWN_GRACE_PERIOD: received 'half a minute'"],
    [
      { SHUTDOWN_LAME_DUCK: '9s..2s' },
      "SHUTDOWN_LAME_DUCK: received '9s..2s'; allowed: a duration such as 5s, or 2s..15s",
    ],
    [{ SHUTDOWN_PROBE_PORT: '70000' }, "SHUTDOWN_PROBE_PORT: received '70000'"],
    [{ SHUTDOWN_ENABLED: 'maybe' }, "SHUTDOWN_ENABLED: received 'maybe'"],
    [{ SHUTDOWN_LATE_REQUESTS: 'drop' }, "SHUTDOWN_LATE_REQUESTS: received 'drop'"],
    [{ SHUTDOWN_LAME_DUCK: '26s' }, 'do not fit into the grace period of 30s'],
  ])('fails %j', (env, message) => {
    expect(messagesOf(rule, [deployment({ env })])).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    [
      'of earlier variables',
      [
        ['G', '60'],
        ['SHUTDOWN_GRACE_PERIOD', '$(G)s'],
      ],
      [],
    ],
    ['of a Secret, which no file shows', [['SHUTDOWN_GRACE_PERIOD', '$(SECRET)']], []],
    [
      'of what is written later',
      [
        ['SHUTDOWN_GRACE_PERIOD', '$(G)s'],
        ['G', '60'],
      ],
      ["SHUTDOWN_GRACE_PERIOD: received '$(G)s'"],
    ],
    [
      'that is escaped',
      [
        ['G', '60'],
        ['SHUTDOWN_GRACE_PERIOD', '$$(G)s'],
      ],
      ["SHUTDOWN_GRACE_PERIOD: received '$(G)s'"],
    ],
    [
      'of a value that is refused',
      [
        ['G', 'soon'],
        ['SHUTDOWN_GRACE_PERIOD', '$(G)'],
      ],
      ["SHUTDOWN_GRACE_PERIOD: received 'soon'"],
    ],
  ])('reads a reference %s as the kubelet does', (_what, variables, messages) => {
    const secret = { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'orders', key: 'grace' } } };
    const env = [secret, ...variables.map(([name = '', value = '']) => ({ name, value }))];
    const found = messagesOf(rule, [deployment({ container: { env } })]);
    expect(found.map((message) => message.split(';')[0])).toEqual(messages);
  });

  it('does not know what a Secret brings, and what refers to that', () => {
    const env = [{ name: 'SHUTDOWN_GRACE_PERIOD', value: '$(G)s' }];
    const container = { envFrom: [{ secretRef: { name: 'orders' } }], env };
    expect(messagesOf(rule, [deployment({ container })])).toEqual([]);
  });

  it('points into the ConfigMap that has the value', () => {
    const container = { envFrom: [{ configMapRef: { name: 'orders' } }] };
    const map = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'orders' },
      data: { SHUTDOWN_GRACE_PERIOD: 'long' },
    });
    expect(findingsOf(rule, [deployment({ container }), map])).toMatchObject([{ file: '1.yaml', line: 1 }]);
    expect(findingsOf(rule, [deployment({ container }), resource('Secret', {})])).toEqual([]);
  });
});
