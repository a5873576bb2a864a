import { type GracefulShutdownOptions } from './graceful-shutdown-options.js';
import { InvalidOptionsError } from './invalid-options-error.js';
import { resolveSettings } from './resolve-settings.js';
import { type Settings } from './settings.js';

const development: Readonly<Record<string, string>> = {};
const production = { NODE_ENV: 'production' };

function resolve(code: GracefulShutdownOptions, env: Readonly<Record<string, string>> = development): Settings {
  return resolveSettings({ code, platform: 'linux', variable: (name) => env[name] });
}

/** What is wrong with the sum, or `undefined`. */
function problemOf(code: GracefulShutdownOptions, env = development): string | undefined {
  try {
    resolve(code, env);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidOptionsError && error.problems.length === 1) return error.problems[0]?.message;
    throw error;
  }
}

/** 1 ms to 24 h, closer together where it is tight. */
function gracePeriods(): number[] {
  const all = Array.from({ length: 400 }, (_, index) => Math.round(1.047 ** index));
  return [...new Set(all)].filter((ms) => ms <= 24 * 3_600_000);
}

describe('sharing the grace period out', () => {
  it.each([
    ['in development', development],
    ['in production', production],
  ])('fits any grace period on its own %s', (_where, env) => {
    for (const gracePeriod of gracePeriods()) {
      const { budgetMs, marginMs, lameDuck, drainTimeoutMs, hookBudgetMs } = resolve({ gracePeriod }, env);
      expect(budgetMs + marginMs).toBeCloseTo(gracePeriod, 6);
      expect(lameDuck.maxMs + drainTimeoutMs + hookBudgetMs).toBeCloseTo(budgetMs, 6);
      expect(marginMs).toBeLessThanOrEqual(2000);
      for (const share of [marginMs, drainTimeoutMs, hookBudgetMs]) expect(share).toBeGreaterThan(0);
      expect(lameDuck.maxMs > 0).toBe(env === production);
      expect(Math.max(lameDuck.minMs, hookBudgetMs)).toBeLessThanOrEqual(5000);
      expect(lameDuck.maxMs).toBeLessThanOrEqual(10_000);
      expect(lameDuck.maxMs).toBeLessThanOrEqual(2 * lameDuck.minMs);
      expect(drainTimeoutMs).toBeGreaterThanOrEqual(budgetMs / 3 - 1e-6);
    }
  });

  it('needs no other setting where the platform gives 10 s', () => {
    expect(resolve({ gracePeriod: '10s' }, production)).toMatchObject({
      marginMs: 1000,
      budgetMs: 9000,
      lameDuck: { minMs: 2250, maxMs: 3750 },
      hookBudgetMs: 2250,
      drainTimeoutMs: 3000,
    });
  });

  it('lets the default lame duck go on from 5 s to 10 s while requests come', () => {
    expect(resolve({}, production)).toMatchObject({
      lameDuck: { minMs: 5000, maxMs: 10_000, quietMs: 1000 },
      drainTimeoutMs: 13_000,
      isDrainCapped: false,
    });
    expect(resolve({}, development).lameDuck).toMatchObject({ minMs: 0, maxMs: 0 });
  });

  it.each<[GracefulShutdownOptions, number, number]>([
    // 18 s are left beside 5 s of lame duck and 5 s of hooks.
    [{ drainTimeout: '10s' }, 10_000, 10_000],
    [{ drainTimeout: '15s' }, 8000, 15_000],
    [{ drainTimeout: '18s' }, 5000, 18_000],
    [{ drainTimeout: 0 }, 10_000, 0],
    // 9 s are left, of which the lame duck takes a third at most.
    [{ hookBudget: '14s' }, 8000, 6000],
    [{ hookBudget: '22900ms', drainTimeout: 0 }, 5099, 0],
    [{ preStop: '10s' }, 7500, 6000],
  ])('makes it longer only as far as %p leaves it', (options, maxMs, drainTimeoutMs) => {
    const settings = resolve(options, production);
    expect([settings.lameDuck.maxMs, settings.drainTimeoutMs]).toEqual([maxMs, drainTimeoutMs]);
  });

  it('takes what was written as it is, and gives the drain the rest', () => {
    expect(resolve({ gracePeriod: '60s', preStop: '5s', lameDuck: '10s', hookBudget: '8s' })).toMatchObject({
      preStopMs: 5000,
      budgetMs: 53_000,
      lameDuck: { minMs: 10_000, maxMs: 10_000, isExplicit: true },
      hookBudgetMs: 8000,
      drainTimeoutMs: 35_000,
    });
  });

  it('lets drainTimeout cap the drain below the rest', () => {
    expect(resolve({ drainTimeout: '10s' }).drainTimeoutMs).toBe(10_000);
    expect(resolve({ drainTimeout: 0 }).drainTimeoutMs).toBe(0);
  });

  it('counts the longest an adaptive lame duck may take', () => {
    expect(resolve({ lameDuck: { min: '2s', max: '15s' } }).drainTimeoutMs).toBe(8000);
    expect(problemOf({ lameDuck: { min: '2s', max: '25s' } })).toContain('lameDuck 25s + ');
  });

  it('fills the budget to the last millisecond', () => {
    const full = { gracePeriod: '30s', lameDuck: '10s', hookBudget: '8s' } as const;
    expect(resolve({ ...full, drainTimeout: '10s' }).drainTimeoutMs).toBe(10_000);
    expect(problemOf({ ...full, drainTimeout: 10_001 })).toBeDefined();
  });

  it('shows a budget that does not fit as a sum, and says what to type', () => {
    expect(problemOf({ gracePeriod: '20s', preStop: '2s', lameDuck: '10s', hookBudget: '8s' })).toBe(
      'preStop 2s + lameDuck 10s + drain, the rest + hookBudget 8s + margin 2s = 22s, more than gracePeriod 20s. ' +
        "Type gracePeriod: '23s', and terminationGracePeriodSeconds: 23 in the manifest, or shorten what you wrote.",
    );
  });

  it('says which of its numbers are defaults', () => {
    expect(problemOf({ drainTimeout: '30s' }, production)).toMatch(
      /^preStop 0ms \(default\) \+ lameDuck 5s \(default\) \+ drainTimeout 30s \+ hookBudget 5s \(default\) \+ margin 2s = 42s, more than gracePeriod 30s \(default\)/,
    );
  });

  it('leaves the drain something', () => {
    expect(problemOf({ gracePeriod: '10s', lameDuck: '4s', hookBudget: '5s' })).toContain(
      '= 10s, which leaves nothing for the drain of gracePeriod 10s. ',
    );
    expect(problemOf({ gracePeriod: 0 })).toContain('leaves nothing for the drain of gracePeriod 0ms');
  });

  it('does not fit a preStop that uses the grace period up', () => {
    expect(problemOf({ gracePeriod: '10s', preStop: '10s' })).toContain('preStop 10s + ');
    expect(problemOf({ gracePeriod: '10s', preStop: '9s' })).toContain('preStop 9s + ');
  });

  it.each([
    ['in development', development],
    ['in production', production],
  ])('suggests a grace period that fits %s', (_where, env) => {
    let suggestions = 0;
    for (const written of combinations()) {
      const [, seconds] = /Type gracePeriod: '(\d+)s'/.exec(problemOf(written, env) ?? '') ?? [];
      if (seconds === undefined) continue;
      suggestions += 1;
      expect({ written, problem: problemOf({ ...written, gracePeriod: Number(seconds) * 1000 }, env) }).toEqual({
        written,
        problem: undefined,
      });
    }
    expect(suggestions).toBeGreaterThan(100);
  });

  it('suggests no more than it takes', () => {
    // 15 s of drain and 5 s of hooks in a grace period of 22 s, of which 2 s are margin
    expect(problemOf({ gracePeriod: '10s', drainTimeout: '15s' })).toContain("Type gracePeriod: '22s'");
    expect(problemOf({ gracePeriod: '21s', drainTimeout: '15s' })).toContain("Type gracePeriod: '22s'");
    expect(problemOf({ gracePeriod: '22s', drainTimeout: '15s' })).toBeUndefined();
  });
});

describe('the time of one replica', () => {
  it('keeps readiness green, and serves until requests have stopped, as long as drain and hooks can do without it', () => {
    expect(resolve({ singleReplica: true }, production)).toMatchObject({
      singleReplica: 0,
      readiness: { onShutdown: 'pass' },
      lameDuck: { minMs: 5000, maxMs: 18_000, quietMs: 3000 },
      hookBudgetMs: 5000,
      drainTimeoutMs: 5000,
      isDrainCapped: false,
    });
    expect(resolve({}, { ...production, SHUTDOWN_SINGLE_REPLICA: 'true' }).lameDuck.maxMs).toBe(18_000);
    expect(resolve({ singleReplica: false }, production).readiness.onShutdown).toBe('fail');
  });

  it.each<[GracefulShutdownOptions, number, number, number]>([
    [{ gracePeriod: '60s' }, 5000, 48_000, 5000],
    [{ gracePeriod: '10s' }, 2250, 4500, 2250],
    [{ drainTimeout: '10s' }, 5000, 13_000, 10_000],
    [{ drainTimeout: '18s' }, 5000, 5000, 18_000],
    [{ singleReplica: '14s' }, 14_000, 18_000, 5000],
    [{ singleReplica: '20s' }, 20_000, 20_000, 3000],
    [{ singleReplica: '2s' }, 5000, 18_000, 5000],
  ])('is shared out with %p as anywhere', (options, minMs, maxMs, drainTimeoutMs) => {
    const settings = resolve({ singleReplica: true, ...options }, production);
    const { lameDuck, drainTimeoutMs: drainMs } = settings;
    expect([lameDuck.minMs, lameDuck.maxMs, drainMs]).toEqual([minMs, maxMs, drainTimeoutMs]);
    expect(lameDuck.maxMs + drainMs + settings.hookBudgetMs).toBeLessThanOrEqual(settings.budgetMs);
  });

  it('waits for nothing in development', () => {
    expect(resolve({ singleReplica: '20s' }).lameDuck).toMatchObject({ minMs: 0, maxMs: 0 });
  });

  it('does not start when the new pod takes longer than there is time, and says what it takes', () => {
    expect(problemOf({ singleReplica: '40s' }, production)).toBe(
      'preStop 0ms (default) + singleReplica 40s + drain, the rest + hookBudget 5s (default) + margin 2s = 47s, more than ' +
        "gracePeriod 30s (default). Type gracePeriod: '48s', and terminationGracePeriodSeconds: 48 in the manifest, or " +
        'shorten what you wrote.',
    );
    expect(problemOf({ singleReplica: '40s', gracePeriod: '48s' }, production)).toBeUndefined();
  });

  it.each(['10s', { min: '1s', max: '5s' }, { untilProbesFailed: 4 }, 0] as const)(
    'does not start with a lame duck beside it (%p)',
    (lameDuck) => {
      expect(problemOf({ singleReplica: true, lameDuck }, production)).toMatch(
        /^received beside lameDuck, .* Leave lameDuck and SHUTDOWN_LAME_DUCK out\./,
      );
    },
  );

  it('does not start with a red readiness beside it, and takes the rest of what is written of readiness', () => {
    expect(problemOf({ singleReplica: true, readiness: { onShutdown: 'fail' } }, production)).toMatch(
      /readiness\.onShutdown 'fail', with which the only pod gets no more requests/,
    );
    const { readiness } = resolve({ singleReplica: true, readiness: { timeout: '2s' } }, production);
    expect(readiness).toEqual({ onShutdown: 'pass', cacheForMs: 1000, timeoutMs: 2000 });
  });

  it.each([
    ['true', 0],
    ['1', 0],
    ['No', false],
    ['20', 20_000],
    ['20s', 20_000],
  ])('reads SHUTDOWN_SINGLE_REPLICA=%s', (text, expected) => {
    expect(resolve({}, { ...production, SHUTDOWN_SINGLE_REPLICA: text }).singleReplica).toBe(expected);
  });

  it.each(['maybe', '0s', '25h', '-1'])('does not start with SHUTDOWN_SINGLE_REPLICA=%s', (text) => {
    expect(problemOf({}, { ...production, SHUTDOWN_SINGLE_REPLICA: text })).toContain('how long a new pod takes');
  });
});

/** Every mix of a few times, most of which do not fit. */
function combinations(): GracefulShutdownOptions[] {
  const times = [undefined, 100, 900, 4000, 8000, 21_000, 90_000];
  let mixed: GracefulShutdownOptions[] = [{ gracePeriod: 1000 }, { gracePeriod: 10_000, preStop: 3000 }, {}];
  for (const name of ['lameDuck', 'drainTimeout', 'hookBudget'] as const) {
    mixed = mixed.flatMap((options) => times.map((ms) => Object.assign({}, options, { [name]: ms })));
  }
  return mixed;
}
