import { parse, parseDocument } from 'yaml';
import { formatDuration } from '../../libs/lifecycle/src/deadline/duration.js';
import { type OptionSources, resolveSettings } from '../../libs/lifecycle/src/options/resolve-settings.js';
import { type Settings } from '../../libs/lifecycle/src/options/settings.js';
import { codeIn, tableOf } from './markdown.js';
import { compileReadme } from './readme-app.js';
import { readme, readmeBlock, readmeBlocks, SECTIONS } from './readme.js';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly lifecycle?: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly Container[];
}

interface Deployment {
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
  };
}

/** Settings as they are in production. */
function settingsIn(
  variables: Readonly<Record<string, string | undefined>>,
  code: OptionSources['code'] = {},
): Settings {
  const variable = (name: string): string | undefined => ({ NODE_ENV: 'production', ...variables })[name];
  return resolveSettings({ code, variable, platform: 'linux' });
}

describe('the YAML of the README', () => {
  const texts = readmeBlocks('yaml').map(({ text }) => text);
  const documents = texts.map((text) => parse(text) as Partial<Deployment> & Partial<PodSpec>);
  const podSpecs = documents.map((document) => (document.spec?.template.spec ?? document) as PodSpec);

  it('parses, without warnings', () => {
    const parsed = texts.map((text) => parseDocument(text));
    expect(parsed.flatMap(({ errors, warnings }) => errors.concat(warnings))).toEqual([]);
  });

  it('gives the service as long as the service thinks it has, and tells it of preStop', () => {
    for (const { terminationGracePeriodSeconds, containers } of podSpecs) {
      expect(containers).toHaveLength(1);
      const [container] = containers;
      const env = Object.fromEntries(container?.env?.map(({ name, value }) => [name, value]) ?? []);
      const settings = settingsIn(env);
      expect(env['SHUTDOWN_GRACE_PERIOD']).toBeDefined();
      expect(settings.gracePeriodMs).toBe(terminationGracePeriodSeconds * 1000);
      expect(settings.preStopMs).toBe((container?.lifecycle?.preStop.sleep.seconds ?? 0) * 1000);
      expect(settings.lameDuck.maxMs).toBe(5000);
    }
  });

  it('is a Deployment whose selector finds its pods and whose container runs node itself', () => {
    const [deployment] = documents;
    expect(deployment).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment' });
    expect(deployment?.spec?.template.metadata.labels).toMatchObject(deployment?.spec?.selector.matchLabels ?? {});
    expect(podSpecs[0]?.containers[0]?.command?.[0]).toBe('node');
  });

  it('asks each probe on the port and the path where the sixty-second start answers it', async () => {
    const container = podSpecs[0]?.containers[0];
    expect(container?.ports).toEqual([{ name: 'http', containerPort: 3000 }]);
    const startReadme = compileReadme('platforms');
    const program = startReadme(SECTIONS.start);
    const url = await program.url();
    const probes = {
      startup: container?.startupProbe,
      live: container?.livenessProbe,
      ready: container?.readinessProbe,
    };
    for (const [name, probe] of Object.entries(probes)) {
      expect(probe?.httpGet).toEqual({ path: `/health/${name}`, port: 'http' });
      expect((await fetch(`${url}${probe?.httpGet.path}`)).status).toBe(200);
    }
  });
});

describe('the other platforms of the README', () => {
  it('the image runs node itself, in exec form, in production', () => {
    const lines = readmeBlock('dockerfile', SECTIONS.kubernetes).text.trim().split('\n');
    const command = lines.find((line) => line.startsWith('CMD '))?.slice('CMD '.length) ?? '';
    expect(JSON.parse(command)).toEqual(['node', 'dist/main.js']);
    expect(lines[0]).toMatch(/^FROM node:(20|22|24|26)\b/);
    expect(lines).toContain('ENV NODE_ENV=production');
    for (const line of lines) expect(line).toMatch(/^(#|FROM|WORKDIR|COPY|ENV|CMD)/);
  });

  it('systemd waits as long as the service thinks it has', () => {
    const [head, ...lines] = readmeBlock('ini', SECTIONS.kubernetes).text.trim().split('\n');
    const unit = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const env = variablesIn((unit['Environment'] ?? '').split(' '));
    expect(head).toBe('[Service]');
    expect(unit['ExecStart']).toMatch(/^\/usr\/bin\/node \S+$/);
    expect(settingsIn(env).gracePeriodMs).toBe(Number(unit['TimeoutStopSec']) * 1000);
  });

  it('every setting in the table of platforms is allowed', () => {
    const pairs = tableOf(readme, 'platform').flatMap((row) => codeIn(row['what to do'] ?? '').filter(isSetting));
    expect(pairs.length).toBeGreaterThan(3);
    for (const pair of pairs) settingsIn(variablesIn([pair]));
  });
});

describe('the sums of the README', () => {
  it('are the ones the library works with', () => {
    const rows = tableOf(readme, 'what you set, in production');
    expect(rows.length).toBeGreaterThan(2);
    for (const { sum, ...row } of rows) {
      const set = row['what you set, in production'] ?? '';
      const settings = settingsIn(variablesIn(codeIn(set).filter(isSetting)));
      const { preStopMs, lameDuck, drainTimeoutMs, hookBudgetMs, marginMs } = settings;
      const parts = [preStopMs, lameDuck.maxMs, drainTimeoutMs, hookBudgetMs, marginMs];
      expect([row['preStop'], row['lameDuck'], row['drainTimeout'], row['hookBudget'], row['margin']]).toEqual(
        parts.map(inSeconds),
      );
      expect(sum).toBe(inSeconds(parts.reduce((a, b) => a + b)));
      expect(sum).toBe(inSeconds(settings.gracePeriodMs));
    }
  });

  it('are explained with the words of the library when they do not fit', () => {
    const [formulas = '', message = ''] = readmeBlocks('text')
      .filter(({ section }) => section === SECTIONS.time)
      .map(({ text }) => text);
    expect(() => settingsIn({}, { lameDuck: '30s' })).toThrow(new Error(message.trim()));
    expect(formulas).toContain('gracePeriod − preStop − margin');
    expect(formulas).toContain('budget − lameDuck − hookBudget');
  });
});

const isSetting = (code: string): boolean => /^SHUTDOWN_[A-Z_]+=/.test(code);

/** `NAME=value`, each. */
function variablesIn(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.split('=')[1] ?? '']));
}

function inSeconds(ms: number): string {
  return ms < 1000 ? `${ms / 1000}s` : formatDuration(ms);
}
