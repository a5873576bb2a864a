import { resolveSettings, type Settings } from 'nestjs-lifecycle/options';
import { deployment } from '../support/manifests.js';
import { printedBy } from '../support/printed-settings.js';
import { Random } from '../../libs/rollout/src/random/random.js';
import { Cluster } from '../../libs/manifest-check/src/manifest/cluster.js';
import { resourcesOf } from '../../libs/manifest-check/src/manifest/resource.js';
import { Source } from '../../libs/manifest-check/src/source/source.js';
import { readYaml } from '../../libs/manifest-check/src/source/yaml-reader.js';
import { type PrintedSettings } from '../../libs/manifest-check/src/settings/printed-settings.js';
import { type ServiceSettings } from '../../libs/manifest-check/src/settings/service-settings.js';

type Variables = Readonly<Record<string, string>>;

/** One mix of everything that has a say in how long a service takes to stop. */
interface Mix {
  readonly code: Readonly<Record<string, unknown>>;
  /** Where the settings are printed. */
  readonly here: Variables;
  /** What the manifest gives the service. */
  readonly there: Variables;
}

const DURATIONS = ['0', '1s', '250ms', '2s', '5s', '7.5s', '12s', '20s', '28s', '1m', '90', ' 3 s '];
const TEXTS = [...DURATIONS, '2s..9s', '9s..2s', 'soon', '', '-1', '25h', '0..30s'];
const CODE: Readonly<Record<string, readonly unknown[]>> = {
  enabled: [true, false, 'yes'],
  gracePeriod: ['5s', '10s', '30s', '1m', 45_000, 0, 'soon', '25h'],
  preStop: ['0s', '2s', '10s', -1],
  lameDuck: [
    '0s',
    '5s',
    '25s',
    { min: '1s', max: '6s' },
    { min: '6s', max: '1s' },
    { untilProbesFailed: 4 },
    { untilProbesFailed: 2, min: '8s' },
    { untilProbesFailed: 0 },
    { max: '3s' },
  ],
  singleReplica: [true, false, '12s', '40s', 0],
  drainTimeout: ['0s', '10s', '20s', '22s', 250],
  hookBudget: ['1s', '5s', '15s', null],
  lateRequests: ['serve', 'refuse', 'drop'],
  readiness: [{ onShutdown: 'pass' }, { onShutdown: 'fail', timeout: '1s' }, { onshutdown: 'pass' }],
  health: [true, false, { path: '/probes' }, { path: 'probes' }],
  exempt: [['/status'], ['!/metrics'], ['status'], ['!/health/live']],
  probePort: [0, 9000, 70_000],
  signals: [['SIGTERM'], ['SIGKILL'], []],
  gracePeroid: ['30s'],
};
const VARIABLES = ['GRACE_PERIOD', 'PRE_STOP', 'LAME_DUCK', 'DRAIN_TIMEOUT', 'HOOK_BUDGET', 'RETRY_AFTER'];
const OTHER_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  SHUTDOWN_ENABLED: ['true', 'off', 'maybe'],
  SHUTDOWN_SINGLE_REPLICA: ['true', 'no', '15s', 'alone'],
  SHUTDOWN_LATE_REQUESTS: ['Refuse', 'serve', 'drop'],
  SHUTDOWN_PROBE_PORT: ['9000', '70000', 'x'],
  NODE_ENV: ['production', 'development', 'test'],
};

/** Each seed is a mix of its own. */
function mixOf(seed: number): Mix {
  const random = new Random(seed).stream('mix');
  const isChosen = (probability: number): boolean => random.chance(probability);
  const anyOf = <T>(list: readonly T[]): T[] => list.slice(0, 1 + random.below(list.length)).slice(-1);
  const some = <T>(all: Readonly<Record<string, readonly T[]>>, probability: number): Record<string, T> =>
    Object.fromEntries(
      Object.entries(all).flatMap(([name, values]) =>
        isChosen(probability) ? anyOf(values).map((value) => [name, value]) : [],
      ),
    );
  // Most mixes are of what can be read: of the others there is nothing to reckon.
  const texts = isChosen(0.7) ? DURATIONS : TEXTS;
  const times = Object.fromEntries(VARIABLES.map((name) => [`SHUTDOWN_${name}`, texts]));
  const variables = (): Variables => some({ ...times, ...OTHER_VARIABLES }, 0.25);
  const code = some(CODE, 0.15);
  return { code, here: isChosen(0.5) ? {} : variables(), there: variables() };
}

/** What the service does in the cluster; `undefined` when it does not start. */
function boot({ code, here, there }: Mix): Settings | undefined {
  // What was said where the settings were printed may be in the image, too.
  const environment: Variables = { ...here, KUBERNETES_SERVICE_HOST: '10.0.0.1', ...there };
  try {
    return resolveSettings({ code, platform: 'linux', variable: (name) => environment[name] });
  } catch {
    return undefined;
  }
}

/** What the check believes that it does. */
function learned(there: Variables, printed: PrintedSettings | undefined): ServiceSettings {
  const source = new Source({ path: 'orders.yaml', text: deployment({ env: there }) });
  const [workload] = new Cluster(readYaml(source).flatMap(resourcesOf), () => printed).workloads;
  if (workload === undefined) throw new Error('there is no workload');
  return workload.settings;
}

const TIMES = ['gracePeriodMs', 'preStopMs', 'marginMs', 'budgetMs', 'drainTimeoutMs', 'hookBudgetMs'] as const;

/** What both have to say. */
function comparable(settings: Pick<ServiceSettings, keyof ServiceSettings & keyof Settings>) {
  const { enabled, lameDuck, lateRequests, probePort, signals, singleReplica } = settings;
  const times = TIMES.map((name) => settings[name]);
  return { times, enabled, lateRequests, probePort, signals, singleReplica, duck: [lameDuck.minMs, lameDuck.maxMs] };
}

/** Thousands over all cases; `MIXES=100000` tries more. */
const SEEDS = Number(process.env['MIXES'] ?? 1500);

describe('what the check believes of a service', () => {
  it.each([
    ['without its settings', ({ there }: Mix) => ({ mix: { code: {}, here: {}, there }, printed: undefined })],
    [
      'with settings printed elsewhere',
      (mix: Mix) => ({ mix, printed: printedBy({ code: mix.code, variables: mix.here }) }),
    ],
    [
      'asked in the environment of the manifest',
      ({ code, there }: Mix) => ({ mix: { code, here: {}, there }, printed: printedBy({ code, variables: there }) }),
    ],
  ])('is what it does when it boots (%s)', (_how, arrange) => {
    let booted = 0;
    const differences: unknown[] = [];
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { mix, printed } = arrange(mixOf(seed));
      const settings = boot(mix);
      const checked = learned(mix.there, printed);
      const isRefused = checked.problems.length > 0;
      if (isRefused !== (settings === undefined)) differences.push({ seed, mix, isRefused });
      if (settings === undefined || isRefused) continue;
      booted += 1;
      const [does, believed] = [comparable(settings), comparable(checked)].map((one) => JSON.stringify(one));
      if (does !== believed) differences.push({ seed, mix, does, believed });
    }
    expect(differences).toEqual([]);
    expect(booted).toBeGreaterThan(SEEDS / 20);
    expect(SEEDS - booted).toBeGreaterThan(SEEDS / 20);
  });
});
