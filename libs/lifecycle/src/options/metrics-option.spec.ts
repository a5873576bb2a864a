import { InvalidOptionsError } from './invalid-options-error.js';
import { NO_METRICS } from './metrics-option.js';
import { resolveSettings } from './resolve-settings.js';
import { type Settings } from './settings.js';

interface Written {
  readonly code?: object;
  readonly env?: Readonly<Record<string, string>>;
}

function resolve({ code, env = {} }: Written): Settings {
  return resolveSettings({ code, platform: 'linux', variable: (name) => env[name] });
}

function problemsOf(written: Written): string[] {
  try {
    resolve(written);
  } catch (error) {
    if (error instanceof InvalidOptionsError) {
      return error.problems.map(({ source, message }) => `${source}: ${message}`);
    }
    throw error;
  }
  throw new Error('these options are accepted');
}

describe('the option metrics', () => {
  it('reads where metrics go', () => {
    const registry = {
      contentType: '',
      metrics: () => '',
      getSingleMetric: () => undefined,
      registerMetric: () => undefined,
    };
    expect(resolve({ code: { metrics: true } }).metrics).toEqual({ ...NO_METRICS, isOn: true });
    expect(resolve({ env: { SHUTDOWN_METRICS: 'on' } }).metrics).toEqual({ ...NO_METRICS, isOn: true });
    expect(resolve({ code: { metrics: false }, env: { SHUTDOWN_METRICS: 'on' } }).metrics).toEqual(NO_METRICS);
    const stateFile = '/run/state.json';
    const code = { metrics: { registry, lastScrape: '15s', requests: false, stateFile }, probePort: 9000 };
    expect(resolve({ code }).metrics).toEqual({
      ...NO_METRICS,
      ...{ isOn: true, registry, lastScrapeMs: 15_000, requests: false, stateFile },
    });
  });

  it('refuses to wait for a scrape without the port that is scraped', () => {
    const message = 'metrics.lastScrape: received 15000 ms without a probePort';
    expect(problemsOf({ code: { metrics: { lastScrape: '15s' } } })).toEqual([expect.stringContaining(message)]);
  });

  it('does not show the address of a Pushgateway that it refuses', () => {
    const [problem = ''] = problemsOf({ code: { metrics: { pushgateway: 'http://user:SECRET@host:9091/' } } });
    expect(problem).toContain('allowed: the address of a Pushgateway with a job');
    expect(problem).not.toContain('SECRET');
  });
});
