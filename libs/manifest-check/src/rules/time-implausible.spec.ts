import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';
import { printedBy } from '../../../../test/support/printed-settings.js';

const rule = 'time-implausible';

describe('time-implausible', () => {
  it.each([
    {},
    { SHUTDOWN_GRACE_PERIOD: '60' },
    { SHUTDOWN_GRACE_PERIOD: '3600s' },
    { SHUTDOWN_LAME_DUCK: '0' },
    { SHUTDOWN_HOOK_BUDGET: '50ms' },
    { SHUTDOWN_ENABLED: 'false', SHUTDOWN_GRACE_PERIOD: '30000' },
  ])('passes %j', (env) => {
    expect(messagesOf(rule, [deployment({ env })])).toEqual([]);
  });

  it.each([
    [
      { SHUTDOWN_GRACE_PERIOD: '30000' },
      'The grace period was taken for 30000s (8.3 h), longer than any platform waits: a bare number in the environment is seconds',
    ],
    [
      { SHUTDOWN_DRAIN_TIMEOUT: '15ms' },
      'The drain was taken for 15ms, too short for anything: a bare number in code is milliseconds',
    ],
  ])('fails %j, at the variable', (env, message) => {
    const [finding, ...others] = findingsOf(rule, [deployment({ env })]);
    expect(finding?.message).toBe(message);
    expect(finding?.remedy).toContain(`name: ${Object.keys(env)[0]}`);
    expect(others).toEqual([]);
  });

  it('fails a time of the code, and says what to type there', () => {
    const settings = printedBy({ code: { drainTimeout: 15 } });
    const [finding] = findingsOf(rule, [deployment({})], { settings });
    expect(finding).toMatchObject({
      message: 'The drain was taken for 15ms, too short for anything: a bare number in code is milliseconds',
      remedy: "GracefulShutdownModule.forRoot({ drainTimeout: '15s' })",
    });
  });
});
