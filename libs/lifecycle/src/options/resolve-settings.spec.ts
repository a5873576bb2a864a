import { NO_HEALTH_MONITOR } from './health-monitor-option.js';
import { NO_METRICS } from './metrics-option.js';
import { USUAL_PATHS } from './exempt-option.js';
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
  it.each([
    [{}, false],
    [{ NODE_ENV: 'development' }, false],
    [{ NODE_ENV: 'production' }, true],
    [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, true],
    // Tests that run in a pod.
    [{ KUBERNETES_SERVICE_HOST: '10.0.0.1', NODE_ENV: 'test' }, false],
  ])('lets idle connections linger by app.close() where routers send: with %j %p', (env, lingers) => {
    expect(resolve({ env }).lingerOnClose).toBe(lingers);
    expect(resolve({ env, code: { lingerOnClose: !lingers } }).lingerOnClose).toBe(!lingers);
  });

  it('has a default for everything', () => {
    expect(resolve()).toEqual({
      enabled: true,
      gracePeriodMs: 30_000,
      preStopMs: 0,
      marginMs: 2000,
      budgetMs: 28_000,
      lameDuck: { minMs: 0, maxMs: 0, quietMs: 1000, untilProbesFailed: undefined, isExplicit: false },
      drainTimeoutMs: 23_000,
      isDrainCapped: false,
      singleReplica: false,
      hookBudgetMs: 5000,
      intake: {},
      lateRequests: 'serve',
      lingerOnClose: false,
      retryAfterSeconds: { min: 1, max: 1 },
      lateRequestBody: undefined,
      exempt: { usual: USUAL_PATHS, listed: [], except: [] },
      correlationId: undefined,
      longLived: {
        spreadMs: 5000,
        retryMs: { min: 1000, max: 5000 },
        closeCode: 1001,
        closeReason: 'server is shutting down',
        event: 'server-shutting-down',
      },
      probePort: undefined,
      drainEndpoint: false,
      livePage: false,
      ecsTaskProtection: 0,
      metrics: NO_METRICS,
      traces: false,
      health: { isServed: false, path: '/health' },
      readiness: { onShutdown: 'fail', cacheForMs: 1000, timeoutMs: 800, eventLoop: undefined },
      healthMonitor: NO_HEALTH_MONITOR,
      healthCheckInterval: 30_000,
      healthHistorySize: 100,
      healthAnomalyThreshold: 0.8,
      productionReadiness: { level: 'off', secrets: {}, checks: {}, accept: {}, timeoutMs: 5000 },
      exit: 'code',
      knownVariables: [],
      uncaughtErrors: 'crash',
      raiseOnError: false,
      signals: ['SIGTERM', 'SIGINT'],
      reportFile: undefined,
      terminationLog: { path: undefined, isDefault: true },
      onReport: undefined,
      resources: { areClosed: true, except: [] },
      acceptUnseen: [],
      watchdog: false,
      dump: { signal: undefined, isServed: false },
    });
  });

  it('cannot be changed afterwards', () => {
    expect(Object.isFrozen(resolve())).toBe(true);
  });

  it('has a lame duck by default in production only', () => {
    const inProduction = resolve({ env: { NODE_ENV: 'production' } });
    expect(inProduction.lameDuck).toEqual({
      minMs: 5000,
      maxMs: 10_000,
      quietMs: 1000,
      untilProbesFailed: undefined,
      isExplicit: false,
    });
    expect(inProduction.drainTimeoutMs).toBe(13_000);
    expect(resolve({ env: { KUBERNETES_SERVICE_HOST: '10.0.0.1' } }).lameDuck.maxMs).toBe(10_000);
    expect(resolve({ env: { NODE_ENV: 'development' } }).lameDuck.maxMs).toBe(0);
  });

  it('writes the termination message of Kubernetes by default, and not in tests or elsewhere', () => {
    const inKubernetes = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
    const path = '/dev/termination-log';
    expect(resolve({ env: inKubernetes }).terminationLog).toEqual({ path, isDefault: true });
    expect(resolve({ env: { ...inKubernetes, NODE_ENV: 'test' } }).terminationLog.path).toBeUndefined();
    expect(resolve({ env: { NODE_ENV: 'production' } }).terminationLog.path).toBeUndefined();
    const written = (env: Record<string, string>) => resolve({ env: { ...inKubernetes, ...env } }).terminationLog;
    expect(written({ SHUTDOWN_TERMINATION_LOG: 'false' })).toEqual({ path: undefined, isDefault: false });
    expect(written({ SHUTDOWN_TERMINATION_LOG: '/run/why' })).toEqual({ path: '/run/why', isDefault: false });
  });

  it.each(['report.json', '/run/', '', '/run/\0', 'a/b.json'])('refuses %j as a file for the report', (reportFile) => {
    expect(() => resolve({ code: { reportFile } })).toThrow(/Type reportFile: '\/var\/run\/orders\/shutdown\.json'/);
  });

  it.each(['/run/report.json', './report.json', '../report.json', String.raw`C:\logs\report.json`])(
    'takes %s as a file for the report, from code and from the environment',
    (path) => {
      expect(resolve({ code: { reportFile: path } }).reportFile).toBe(path);
      expect(resolve({ env: { SHUTDOWN_REPORT_FILE: ` ${path} ` } }).reportFile).toBe(path);
    },
  );

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

  it('takes the intakes of sources, and names each that is none', () => {
    expect(resolve({ code: { intake: { 'bullmq:replies': 'drain', jobs: 'lame-duck' } } }).intake).toEqual({
      'bullmq:replies': 'drain',
      jobs: 'lame-duck',
    });
    expect(problemsOf({ code: { intake: 'drain' } })).toEqual([expect.stringContaining("intake: received 'drain'")]);
    expect(problemsOf({ code: { intake: { 'bullmq:replies': 'later', jobs: 'drain' } } })).toEqual([
      "intake['bullmq:replies']: received 'later'; allowed: 'lame-duck' or 'drain'. Type 'drain'.",
    ]);
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

  it.each(['toString', 'constructor', 'timeToLive'])('knows no option called %s', (name) => {
    const [problem] = problemsOf({ code: { [name]: 1 } });
    expect(problem).toContain(`${name}: there is no such option (received 1). Type one of enabled, gracePeriod, `);
  });

  it('guesses what a misspelt one was to be', () => {
    const [inCode] = problemsOf({ code: { gracePeroid: 1 } });
    expect(inCode).toContain(
      'gracePeroid: there is no such option (received 1); did you mean gracePeriod? Type one of enabled, gracePeriod, ',
    );
    const [inNamespace] = problemsOf({ namespace: { exits: 'code' } });
    expect(inNamespace).toContain('; did you mean gracefulShutdown.exit? Type one of ');
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

  it('refuses a live page that is served nowhere', () => {
    const message = 'livePage: received true without a probePort, where it is served. Type probePort: 9000';
    expect(problemsOf({ code: { livePage: true } })).toEqual([expect.stringContaining(message)]);
    expect(resolve({ code: { livePage: true, probePort: 9000 } }).livePage).toBe(true);
    expect(resolve({ code: { livePage: true }, env: { SHUTDOWN_PROBE_PORT: '9000' } }).livePage).toBe(true);
  });

  it('refuses a drain over HTTP without the port that takes it', () => {
    const message = 'drainEndpoint: received true without a probePort, where it is served. Type probePort: 9000';
    expect(problemsOf({ code: { drainEndpoint: true } })).toEqual([expect.stringContaining(message)]);
    expect(resolve({ code: { drainEndpoint: true, probePort: 9000 } }).drainEndpoint).toBe(true);
    expect(resolve({ code: { drainEndpoint: true }, env: { SHUTDOWN_PROBE_PORT: '9000' } }).drainEndpoint).toBe(true);
  });

  it('keeps what it shows of a value short', () => {
    const [problem = ''] = problemsOf({ code: { exit: 'x'.repeat(10_000) } });
    expect(problem.length).toBeLessThan(300);
  });
});

describe('what is wrong inside an option', () => {
  const DURATION = "a duration such as '5s', '250ms' or a number of milliseconds, 24 h at most";

  it.each([
    [{ lameDuck: { mni: '2s', untilProbesFailed: 1 } }, "lameDuck.mni (received '2s'): lameDuck.min"],
    [{ longLived: { clsoeCode: 1001 } }, 'longLived.clsoeCode (received 1001): longLived.closeCode'],
    [{ longLived: { retry: { min: 1, maxx: 2, max: 3 } } }, 'longLived.retry.maxx (received 2): longLived.retry.max'],
    [{ health: { Path: '/h' } }, "health.Path (received '/h'): health.path"],
    [{ readiness: { onShutDown: 'fail' } }, "readiness.onShutDown (received 'fail'): readiness.onShutdown"],
    [{ retryAfter: { mn: 1, min: 1, max: 2 } }, 'retryAfter.mn (received 1): retryAfter.min'],
  ])('is a key that there is not: %j', (code, found) => {
    const pattern = /^(\S+): there is no such option (\(.*\)); did you mean (\S+)\? Type one of .*\.$/;
    expect(problemsOf({ code }).map((problem) => problem.replace(pattern, '$1 $2: $3'))).toEqual([found]);
  });

  it('lists the keys there are', () => {
    expect(problemsOf({ code: { lameDuck: { min: 1, max: 2, silence: '1s' } } })).toEqual([
      "lameDuck.silence: there is no such option (received '1s'). Type one of min, max, quiet, untilProbesFailed.",
    ]);
  });

  it.each([
    ['lameDuck', { min: 0, max: 'long' }, '.max', `received 'long'; allowed: ${DURATION}. Type max: '15s'.`],
    ['lameDuck', { untilProbesFailed: 0 }, '.untilProbesFailed', 'received 0; allowed: a whole number from 1. Type '],
    ['longLived', { spread: 'soon' }, '.spread', `received 'soon'; allowed: ${DURATION}. Type spread: '5s'.`],
    ['longLived', { retry: { min: '-1s', max: 1 } }, '.retry.min', "received '-1s'; allowed: a duration"],
    ['longLived', { retry: 'soon' }, '.retry', "received 'soon'; allowed: a duration, or { min, max }"],
    ['longLived', { closeCode: 1 }, '.closeCode', 'received 1; allowed: a code of 1000 to 1014'],
    ['longLived', { event: ' ' }, '.event', "received ' '; allowed: an event name that socket.io"],
    ['health', { path: 'health' }, '.path', "received 'health'; allowed: a path that starts with '/'. Type path: "],
    [
      'readiness',
      { onShutdown: 'no' },
      '.onShutdown',
      "received 'no'; allowed: 'fail' or 'pass'. Type onShutdown: 'fa",
    ],
    ['readiness', { timeout: 0 }, '.timeout', 'received 0; allowed: a duration of more than 0'],
    ['retryAfter', { min: 1 }, '.max', 'received nothing; allowed: a duration'],
    ['exempt', ['/a', 'b'], '[1]', "received 'b'; allowed: a path as clients write it"],
    ['exempt', ['!/metric'], '[0]', "received '!/metric'; allowed: '!' before a path that would be exempt"],
  ])('names the value in %s: %j', (option, value, path, message) => {
    const problems = problemsOf({ code: { [option]: value } });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`${option}${path}: ${message}`);
  });

  it('says which end of a range is missing, or upside down', () => {
    expect(problemsOf({ code: { lameDuck: { quiet: '1s' } } })).toEqual([
      `lameDuck.min: received nothing; allowed: ${DURATION}; only beside untilProbesFailed it may be left out. Type min: '2s'.`,
      `lameDuck.max: received nothing; allowed: ${DURATION}; only beside untilProbesFailed it may be left out. Type max: '15s'.`,
    ]);
    for (const option of ['lameDuck', 'retryAfter']) {
      expect(problemsOf({ code: { [option]: { min: '3s', max: '2s' } } })).toEqual([
        `${option}.min: received '3s'; allowed: a duration no longer than max, '2s'. Type min: '2s'.`,
      ]);
    }
  });

  it('is listed with everything else, wherever it was written', () => {
    const error = errorOf({
      code: { lameDuck: { mni: 1, max: 'x', quiet: -1 }, exit: 'x' },
      namespace: { readiness: { onShutdown: 'x', cachefor: 1 } },
    });
    expect(error.problems.map(({ source }) => source)).toEqual([
      'lameDuck.mni',
      'lameDuck.max',
      'lameDuck.quiet',
      'gracefulShutdown.readiness.cachefor',
      'gracefulShutdown.readiness.onShutdown',
      'exit',
    ]);
    expect(error.message).toContain('did you mean gracefulShutdown.readiness.cacheFor?');
  });

  it('makes no sum of times that could not be read', () => {
    expect(problemsOf({ code: { lameDuck: { min: 0, max: 'x' }, hookBudget: '40s' } })).toHaveLength(1);
  });
});

describe('options that cannot both hold', () => {
  it('do not count failing probes where none ever fails', () => {
    const lameDuck = { untilProbesFailed: 3 };
    expect(problemsOf({ code: { lameDuck, readiness: { onShutdown: 'pass' } } })).toEqual([
      "lameDuck.untilProbesFailed: received 3 beside readiness.onShutdown 'pass', with which no probe ever fails. " +
        "Type readiness: { onShutdown: 'fail' }, or lameDuck: '5s'.",
    ]);
    expect(problemsOf({ code: { lameDuck }, namespace: { readiness: { onShutdown: 'pass' } } })).toHaveLength(1);
    expect(resolve({ code: { lameDuck, readiness: { onShutdown: 'fail' } } }).lameDuck.untilProbesFailed).toBe(3);
    expect(resolve({ code: { lameDuck: '5s', readiness: { onShutdown: 'pass' } } }).readiness.onShutdown).toBe('pass');
  });

  it('do not take ready-made probes out of what is exempt', () => {
    expect(problemsOf({ code: { exempt: ['!/health/ready', '!/health'], health: true } })).toEqual([
      "exempt: received '!/health/ready', which is a ready-made probe of health: those are always exempt. Leave it " +
        "out, or type health: { path: '/probes' } to serve them elsewhere.",
    ]);
    for (const health of [false, { path: '/probes' }] as const) {
      expect(resolve({ code: { exempt: ['!/health/ready'], health } }).exempt.except).toEqual(['/health/ready']);
    }
  });
});

it('describeTime tells how the grace period is shared out', () => {
  expect(describeTime(resolve({ code: { lameDuck: { min: '2s', max: '6s' } } }))).toBe(
    'grace period 30s, pre-stop 0ms, lame duck 2s..6s, drain 17s, hooks 5s, margin 2s',
  );
  expect(describeTime(resolve({ env: { NODE_ENV: 'production' } }))).toContain('lame duck 5s..10s, drain 13s');
});

it('says of a variable that does not fit that it may have been written in milliseconds', () => {
  const variables: Readonly<Record<string, string>> = { SHUTDOWN_LAME_DUCK: '5000', SHUTDOWN_HOOK_BUDGET: '10' };
  const resolve = (): unknown => resolveSettings({ code: {}, variable: (name) => variables[name], platform: 'linux' });
  expect(resolve).toThrow(
    'SHUTDOWN_LAME_DUCK was taken for 5000s: a bare number in the environment is seconds. Type SHUTDOWN_LAME_DUCK=5s.',
  );
  expect(resolve).not.toThrow('SHUTDOWN_HOOK_BUDGET was taken');
});
