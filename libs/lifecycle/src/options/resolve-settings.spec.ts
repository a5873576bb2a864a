import { InvalidOptionsError } from './invalid-options-error.js';
import { describeTime, type OptionSources, resolveSettings } from './resolve-settings.js';
import { type Settings } from './settings.js';

interface Written extends Partial<Omit<OptionSources, 'variable'>> {
  readonly env?: Readonly<Record<string, string>>;
}

function resolve({ env = {}, ...sources }: Written = {}): Settings {
  return resolveSettings({ code: undefined, platform: 'linux', variable: (name) => env[name], ...sources });
}

function errorOf(written: Written): InvalidOptionsError {
  try {
    resolve(written);
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error('these options are accepted');
}

/** Each problem as `source: message`. */
const problemsOf = (written: Written): string[] =>
  errorOf(written).problems.map(({ source, message }) => `${source}: ${message}`);

describe('resolveSettings', () => {
  it('has a default for everything', () => {
    expect(resolve()).toEqual({
      enabled: true,
      gracePeriodMs: 30_000,
      preStopMs: 0,
      marginMs: 2000,
      budgetMs: 28_000,
      lameDuck: { minMs: 0, maxMs: 0, quietMs: 1000, untilProbesFailed: undefined, isExplicit: false },
      drainTimeoutMs: 23_000,
      hookBudgetMs: 5000,
      lateRequests: 'serve',
      retryAfterSeconds: { min: 1, max: 1 },
      lateRequestBody: undefined,
      exempt: [],
      correlationId: undefined,
      longLived: {
        spreadMs: 5000,
        retryMs: { min: 1000, max: 5000 },
        closeCode: 1001,
        closeReason: 'server is shutting down',
        event: 'server-shutting-down',
      },
      probePort: undefined,
      health: { isServed: false, path: '/health' },
      readiness: { onShutdown: 'fail', cacheForMs: 1000, timeoutMs: 800 },
      exit: 'code',
      signals: ['SIGTERM', 'SIGINT'],
    });
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(resolve())).toBe(true);
  });

  it('has a lame duck by default in production only', () => {
    const inProduction = resolve({ env: { NODE_ENV: 'production' } });
    expect(inProduction.lameDuck).toEqual({
      minMs: 5000,
      maxMs: 5000,
      quietMs: 1000,
      untilProbesFailed: undefined,
      isExplicit: false,
    });
    expect(inProduction.drainTimeoutMs).toBe(18_000);
    expect(resolve({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }).lameDuck.maxMs).toBe(5000);
    expect(resolve({ env: { NODE_ENV: 'development' } }).lameDuck.maxMs).toBe(0);
  });

  it('hears SIGBREAK on Windows', () => {
    expect(resolve({ platform: 'win32' }).signals).toContain('SIGBREAK');
  });

  it('prefers code to the namespace, that to the environment, and that to the defaults', () => {
    const env = { SHUTDOWN_GRACE_PERIOD: '40', SHUTDOWN_RETRY_AFTER: '4', SHUTDOWN_LATE_REQUESTS: 'refuse' };
    const namespace = { gracePeriod: '50s', retryAfter: '5s' };
    const settings = resolve({ code: { gracePeriod: '60s' }, namespace, env });
    expect(settings).toMatchObject({
      gracePeriodMs: 60_000,
      retryAfterSeconds: { min: 5, max: 5 },
      lateRequests: 'refuse',
      hookBudgetMs: 5000,
    });
  });

  it('does not mind an invalid value that a stronger one hides', () => {
    expect(resolve({ code: { gracePeriod: '60s' }, env: { SHUTDOWN_GRACE_PERIOD: 'soon' } }).gracePeriodMs).toBe(
      60_000,
    );
  });

  it('reads every variable', () => {
    const env = {
      SHUTDOWN_ENABLED: 'false',
      SHUTDOWN_GRACE_PERIOD: '60',
      SHUTDOWN_PRE_STOP: '3s',
      SHUTDOWN_LAME_DUCK: '2s..15s',
      SHUTDOWN_DRAIN_TIMEOUT: '20',
      SHUTDOWN_HOOK_BUDGET: '8',
      SHUTDOWN_LATE_REQUESTS: 'refuse',
      SHUTDOWN_RETRY_AFTER: '1500ms',
      SHUTDOWN_PROBE_PORT: '9000',
    };
    expect(resolve({ env })).toMatchObject({
      enabled: false,
      gracePeriodMs: 60_000,
      preStopMs: 3000,
      lameDuck: { minMs: 2000, maxMs: 15_000, quietMs: 1000, untilProbesFailed: undefined, isExplicit: true },
      drainTimeoutMs: 20_000,
      hookBudgetMs: 8000,
      lateRequests: 'refuse',
      retryAfterSeconds: { min: 2, max: 2 },
      probePort: 9000,
    });
  });

  it('takes an empty variable, and an option that is undefined, for one that is not set', () => {
    const env = { SHUTDOWN_GRACE_PERIOD: '', SHUTDOWN_LAME_DUCK: '  ', SHUTDOWN_PROBE_PORT: '', SHUTDOWN_ENABLED: '' };
    expect(resolve({ code: { gracePeriod: undefined, exit: undefined }, env })).toEqual(resolve());
  });

  it('says of a value what was received, what is allowed and what to type', () => {
    expect(problemsOf({ code: { gracePeriod: 'soon' } })).toEqual([
      "gracePeriod: received 'soon'; allowed: a duration such as '5s', '250ms' or a number of milliseconds, 24 h at " +
        "most. Type gracePeriod: '30s'.",
    ]);
    expect(problemsOf({ namespace: { exit: 'loudly' } })).toEqual([
      "gracefulShutdown.exit: received 'loudly'; allowed: 'code' or 'signal'. Type exit: 'code'.",
    ]);
    expect(problemsOf({ env: { SHUTDOWN_GRACE_PERIOD: 'soon' } })).toEqual([
      "SHUTDOWN_GRACE_PERIOD: received 'soon'; allowed: a duration such as '5s', '250ms' or a number of seconds, 24 h " +
        'at most. Type SHUTDOWN_GRACE_PERIOD=30s.',
    ]);
  });

  it('collects every problem there is, wherever it was written', () => {
    const code = { gracePeriod: -1, signals: [], gracePeroid: '30s' };
    const namespace = { health: 'yes', exits: 'code' };
    const env = { SHUTDOWN_PROBE_PORT: 'http', SHUTDOWN_LATE_REQUESTS: 'drop' };
    const error = errorOf({ code, namespace, env });
    expect(error.problems.map(({ source }) => source).toSorted()).toEqual([
      'SHUTDOWN_LATE_REQUESTS',
      'SHUTDOWN_PROBE_PORT',
      'gracePeriod',
      'gracePeroid',
      'gracefulShutdown.exits',
      'gracefulShutdown.health',
      'signals',
    ]);
    for (const { source, message } of error.problems) {
      expect(error.message).toContain(`\n  - ${source}: ${message}`);
      expect(message).toContain('received ');
      expect(message).toContain('Type ');
    }
    expect(error).toMatchObject({ code: 'INVALID_OPTIONS', name: 'InvalidOptionsError' });
    expect(error.message).toContain('7 problems');
  });

  it.each(['gracePeroid', 'toString', 'constructor'])('knows no option called %s', (name) => {
    const [problem] = problemsOf({ code: { [name]: 1 } });
    expect(problem).toContain(`${name}: there is no such option (received 1). Type one of enabled, gracePeriod, `);
  });

  it.each([['30s'], [30], [[]], [true]])('refuses %j in place of options', (code) => {
    expect(problemsOf({ code })[0]).toMatch(/^options: received .+; allowed: an object of options\. Type \{\}/);
    expect(problemsOf({ namespace: code })[0]).toMatch(/^gracefulShutdown: received /);
  });

  it('does not add up times that it could not read', () => {
    expect(problemsOf({ code: { gracePeriod: '5s', lameDuck: 'long', hookBudget: '10s' } })).toHaveLength(1);
    expect(problemsOf({ code: { hookBudget: '40s' }, env: { SHUTDOWN_PRE_STOP: 'x' } })).toHaveLength(1);
    expect(problemsOf({ code: { exit: 'x', hookBudget: '40s' } })).toHaveLength(2);
  });

  it('keeps what it shows of a value short', () => {
    const [problem = ''] = problemsOf({ code: { exit: 'x'.repeat(10_000) } });
    expect(problem.length).toBeLessThan(300);
  });
});

describe('describeTime', () => {
  it('tells how the grace period is shared out', () => {
    expect(describeTime(resolve({ code: { lameDuck: { min: '2s', max: '6s' } } }))).toBe(
      'grace period 30s, pre-stop 0ms, lame duck 2s..6s, drain 17s, hooks 5s, margin 2s',
    );
    expect(describeTime(resolve({ env: { NODE_ENV: 'production' } }))).toContain('lame duck 5s, drain 18s');
  });
});
