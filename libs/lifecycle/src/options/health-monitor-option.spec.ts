import { problemsOf, settingsOf } from '../../../../test/support/resolved-settings.js';
import { findUnknownVariables } from './unknown-variables.js';

describe('the options of the health monitor', () => {
  it('are off by default, with the numbers of earlier systems', () => {
    const { healthMonitor, healthCheckInterval, healthHistorySize, healthAnomalyThreshold, readiness } = settingsOf({});
    expect([healthMonitor.isOn, healthMonitor.shed, readiness.eventLoop]).toEqual([false, undefined, undefined]);
    expect([healthCheckInterval, healthHistorySize, healthAnomalyThreshold]).toEqual([30_000, 100, 0.8]);
  });

  it('come from their variables, in which a bare number of a duration is seconds', () => {
    const settings = settingsOf(
      {},
      {
        HEALTH_ENABLED: 'true',
        HEALTH_CHECK_INTERVAL: '10',
        HEALTH_HISTORY_SIZE: ' 50 ',
        HEALTH_ANOMALY_THRESHOLD: '0.7',
      },
    );
    expect([settings.healthMonitor.isOn, settings.healthCheckInterval]).toEqual([true, 10_000]);
    expect([settings.healthHistorySize, settings.healthAnomalyThreshold]).toEqual([50, 0.7]);
    expect(settingsOf({}, { HEALTH_CHECK_INTERVAL: '500ms' }).healthCheckInterval).toBe(500);
    expect(settingsOf({ healthCheckInterval: '1s' }, { HEALTH_CHECK_INTERVAL: '10' }).healthCheckInterval).toBe(1000);
  });

  it('take a time, a version, variables, and when readiness is shed', () => {
    const healthMonitor = { timeout: '2s', version: '1.4.2', variables: ['REGION'], shed: { below: 0.3 } };
    expect(settingsOf({ healthMonitor }).healthMonitor).toEqual({
      isOn: true,
      timeoutMs: 2000,
      version: '1.4.2',
      variables: ['REGION'],
      shed: { below: 0.3, above: 0.8, checks: 3 },
    });
    expect(settingsOf({ healthMonitor: { shed: true } }).healthMonitor.shed).toEqual({
      below: 0.5,
      above: 0.8,
      checks: 3,
    });
    expect(settingsOf({ healthMonitor: { shed: false } }).healthMonitor).toMatchObject({ isOn: true, shed: undefined });
    expect(settingsOf({ readiness: { eventLoop: true } }).readiness.eventLoop).toEqual({
      delayMs: 500,
      utilization: 0.98,
    });
    expect(settingsOf({ readiness: { eventLoop: { delay: '1s' } } }).readiness.eventLoop).toEqual({
      delayMs: 1000,
      utilization: 0.98,
    });
    expect(settingsOf({ readiness: { eventLoop: false } }).readiness.eventLoop).toBeUndefined();
  });

  it.each<[object, string]>([
    [{ healthMonitor: 'on' }, "healthMonitor: received 'on'; allowed: true, false or { timeout"],
    [{ healthMonitor: { shedd: true } }, 'did you mean healthMonitor.shed?'],
    [{ healthMonitor: { timeout: 0 } }, 'healthMonitor.timeout: received 0; allowed: a duration of more than 0'],
    [{ healthMonitor: { version: ' ' } }, 'healthMonitor.version: '],
    [{ healthMonitor: { variables: 'REGION' } }, 'healthMonitor.variables: '],
    [
      { healthMonitor: { shed: { below: 0.9 } } },
      'healthMonitor.shed.above: received nothing; allowed: a score of more than below, 0.9',
    ],
    [{ healthMonitor: { shed: { below: 0.5, above: 0.5 } } }, 'healthMonitor.shed.above: received 0.5'],
    [
      { healthMonitor: { shed: { checks: 1 } } },
      'healthMonitor.shed.checks: received 1; allowed: a whole number from 2 to 100',
    ],
    [{ healthCheckInterval: '99ms' }, "healthCheckInterval: received '99ms'; allowed: a duration of '100ms' or more"],
    [{ healthHistorySize: 19 }, 'healthHistorySize: received 19; allowed: a whole number from 20 to 1000'],
    [{ healthHistorySize: 1001 }, 'healthHistorySize: received 1001'],
    [{ healthAnomalyThreshold: 0 }, 'healthAnomalyThreshold: received 0; allowed: a number of more than 0'],
    [{ healthAnomalyThreshold: 1.1 }, 'healthAnomalyThreshold: received 1.1'],
    [{ readiness: { eventLoop: { utilization: 2 } } }, 'readiness.eventLoop.utilization: received 2'],
    [{ readiness: { eventLoop: 'yes' } }, "readiness.eventLoop: received 'yes'"],
  ])('refuse %j', (code, problem) => {
    const problems = problemsOf(code);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it.each<[string, string]>([
    ['HEALTH_ENABLED', 'maybe'],
    ['HEALTH_CHECK_INTERVAL', '0'],
    ['HEALTH_HISTORY_SIZE', '1e2'],
    ['HEALTH_ANOMALY_THRESHOLD', '80%'],
  ])('refuse %s=%s', (name, value) => {
    expect(problemsOf({}, { [name]: value })).toEqual([expect.stringContaining(`${name}: received '${value}'`)]);
  });

  it('are known by name: a variable that is like one of theirs is told of, and no other one that begins like them', () => {
    const names = [
      'HEALTH_CHECK_INTERVALL',
      'HEALTH_ENABLD',
      'HEALTH_CHECK_URL',
      'HEALTH_PORT',
      'HEALTH_ENABLED',
      'HEALTHY',
    ];
    expect(findUnknownVariables([...names, 'HEALTH_CHECK_INTERVAL_SECONDS'])).toEqual([
      { name: 'HEALTH_CHECK_INTERVALL', nearest: 'HEALTH_CHECK_INTERVAL' },
      { name: 'HEALTH_ENABLD', nearest: 'HEALTH_ENABLED' },
      { name: 'HEALTH_CHECK_INTERVAL_SECONDS', nearest: 'HEALTH_CHECK_INTERVAL' },
    ]);
    expect(findUnknownVariables(['HEALTH_ENABLD'], ['HEALTH_ENABLD'])).toEqual([]);
  });
});
