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
    [{ SHUTDOWN_GRACE_PERIOD: 'half a minute' }, 'SHUTDOWN_GRACE_PERIOD is "half a minute"'],
    [{ SHUTDOWN_LAME_DUCK: '9s..2s' }, 'SHUTDOWN_LAME_DUCK is "9s..2s"'],
    [{ SHUTDOWN_PROBE_PORT: '70000' }, 'SHUTDOWN_PROBE_PORT is "70000"'],
    [{ SHUTDOWN_ENABLED: 'maybe' }, 'SHUTDOWN_ENABLED is "maybe"'],
    [{ SHUTDOWN_LATE_REQUESTS: 'drop' }, 'SHUTDOWN_LATE_REQUESTS is "drop"'],
    [{ SHUTDOWN_LAME_DUCK: '26s' }, 'do not fit into the grace period of 30s'],
  ])('fails %j', (env, message) => {
    expect(messagesOf(rule, [deployment({ env })])).toEqual([expect.stringContaining(message)]);
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
