import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';
import { printedBy } from '../../../../test/support/printed-settings.js';
import { type PrintedSettings } from '../settings/printed-settings.js';

const rule = 'settings-of-another-environment';

function printed(environment: PrintedSettings['environment']): { readonly settings: PrintedSettings } {
  return { settings: { ...printedBy({ code: { lameDuck: '7s' } }), environment } };
}

const MINUTE = deployment({ env: { SHUTDOWN_GRACE_PERIOD: '60s' } });

describe('settings-of-another-environment', () => {
  it.each([
    ['the same variables', { SHUTDOWN_GRACE_PERIOD: '60s' }],
    ['the same in other words', { SHUTDOWN_GRACE_PERIOD: ' 1m' }],
    ['variables that the code overrules', {}],
    ['what only the printing had, which may be in the image', { SHUTDOWN_GRACE_PERIOD: '60', SHUTDOWN_PRE_STOP: '1s' }],
  ])('passes %s', (_what, environment) => {
    expect(messagesOf(rule, [MINUTE], printed(environment))).toEqual([]);
  });

  it('passes manifests without settings', () => {
    expect(messagesOf(rule, [MINUTE])).toEqual([]);
  });

  it.each([
    [{ SHUTDOWN_GRACE_PERIOD: null }, 'SHUTDOWN_GRACE_PERIOD is "60s" here, and the settings were printed without it'],
    [{ SHUTDOWN_GRACE_PERIOD: '30' }, 'SHUTDOWN_GRACE_PERIOD is "60s" here, and the settings were printed with "30"'],
  ])('fails %j, and says how to print them anew', (environment, message) => {
    expect(findingsOf(rule, [MINUTE], printed(environment))).toMatchObject([
      { message, remedy: 'SHUTDOWN_GRACE_PERIOD=60s SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js > settings.json' },
    ]);
  });

  it('lets the others judge by what the manifest says, and by what the code has written', () => {
    const environment = { SHUTDOWN_GRACE_PERIOD: null, SHUTDOWN_DRAIN_TIMEOUT: null, SHUTDOWN_HOOK_BUDGET: null };
    const [finding] = findingsOf('grace-period-too-short', [MINUTE], printed(environment));
    expect(finding?.message).toContain('lame duck 7s + drain 46s + hooks 5s');
    expect(findingsOf('grace-period-too-short', [MINUTE], printed({}))).toEqual([]);
  });
});
