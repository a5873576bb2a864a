import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';
import { printedBy } from '../../../../test/support/printed-settings.js';

const rule = 'variable-unknown';

describe('variable-unknown', () => {
  it.each([
    {},
    { SHUTDOWN_GRACE_PERIOD: '40s', SHUTDOWN_PRINT_SETTINGS: '1' },
    { GRACE_PEROID: '40s' },
    // Nothing else says that the service uses the library.
    { SHUTDOWN_WEBHOOK_URL: 'https://example.com' },
  ])('passes %j', (env) => {
    expect(messagesOf(rule, [deployment({ env })])).toEqual([]);
  });

  it.each([
    [{ SHUTDOWN_GRACE_PEROID: '40s' }, 'nothing reads SHUTDOWN_GRACE_PEROID; did you mean SHUTDOWN_GRACE_PERIOD?'],
    [{ SHUTDOWN_TIMEOUT: '40s' }, 'nothing reads SHUTDOWN_TIMEOUT; did you mean SHUTDOWN_GRACE_PERIOD?'],
    [{ SHUTDOWN_ENABLED: 'true', SHUTDOWN_WEBHOOK_URL: 'x' }, 'nothing reads SHUTDOWN_WEBHOOK_URL'],
  ])('fails %j', (env, message) => {
    expect(messagesOf(rule, [deployment({ env })])).toEqual([message]);
  });

  it('passes what the code lists as known, and says how to', () => {
    const texts = [deployment({ env: { SHUTDOWN_WEBHOOK_URL: 'x' } })];
    const [finding] = findingsOf(rule, texts, { settings: printedBy({}) });
    expect(finding?.remedy).toContain("knownVariables: ['SHUTDOWN_WEBHOOK_URL']");
    const settings = printedBy({ code: { knownVariables: ['SHUTDOWN_WEBHOOK_URL'] } });
    expect(findingsOf(rule, texts, { settings })).toEqual([]);
  });
});
