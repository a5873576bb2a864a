import { parseDocument } from 'yaml';
import { formatDuration } from '../../libs/lifecycle/src/deadline/duration.js';
import { type OptionSources, resolveSettings } from '../../libs/lifecycle/src/options/resolve-settings.js';
import { type Settings } from '../../libs/lifecycle/src/options/settings.js';
import { manifests, readmeManifest } from './manifests.js';
import { codeIn, proseOf, tableOf } from './markdown.js';
import { blocksOfKind, page, pages } from './pages.js';

/** Settings as they are in production. */
function settingsIn(
  variables: Readonly<Record<string, string | undefined>>,
  code: OptionSources['code'] = {},
): Settings {
  const variable = (name: string): string | undefined => ({ NODE_ENV: 'production', ...variables })[name];
  return resolveSettings({ code, variable, platform: 'linux' });
}

describe('the YAML of the pages', () => {
  it('parses, without warnings', () => {
    const parsed = blocksOfKind('yaml').map(({ text }) => parseDocument(text));
    expect(parsed.flatMap(({ errors, warnings }) => errors.concat(warnings))).toEqual([]);
  });

  it('gives the service as long as the service thinks it has, and tells it of preStop', () => {
    expect(manifests.map(({ page }) => page)).toEqual(['README', 'control', 'kubernetes', 'kubernetes']);
    for (const { pod } of manifests) {
      const { terminationGracePeriodSeconds, containers } = pod;
      expect(containers).toHaveLength(1);
      const [container] = containers;
      const env = Object.fromEntries(container?.env?.map(({ name, value }) => [name, value]) ?? []);
      const settings = settingsIn(env);
      expect(env['SHUTDOWN_GRACE_PERIOD']).toBeDefined();
      expect(settings.gracePeriodMs).toBe(terminationGracePeriodSeconds * 1000);
      expect(settings.preStopMs).toBe((container?.lifecycle?.preStop.sleep?.seconds ?? 0) * 1000);
      expect(settings.lameDuck.minMs).toBe(5000);
    }
  });

  it('is in the README a Deployment whose selector finds its pods and whose container runs node itself', () => {
    const { deployment, container } = readmeManifest();
    expect(deployment).toMatchObject({ apiVersion: 'apps/v1', kind: 'Deployment' });
    expect(deployment.spec.template.metadata.labels).toMatchObject(deployment.spec.selector.matchLabels);
    expect(container.command?.[0]).toBe('node');
  });
});

describe('the other platforms', () => {
  it.each(blocksOfKind('dockerfile'))(
    'the image of $page.path runs node itself, in exec form, in production',
    ({ text }) => {
      const lines = text.trim().split('\n');
      const command = lines.find((line) => line.startsWith('CMD '))?.slice('CMD '.length) ?? '';
      expect(JSON.parse(command)).toEqual(['node', 'dist/main.js']);
      expect(lines[0]).toMatch(/^FROM node:(20|22|24|26)\b/);
      expect(lines).toContain('ENV NODE_ENV=production');
      for (const line of lines) expect(line).toMatch(/^(#|FROM|WORKDIR|COPY|ENV|CMD)/);
    },
  );

  const isSocket = ({ text }: { readonly text: string }): boolean => text.includes('[Socket]');

  it.each(blocksOfKind('ini').filter(isSocket))(
    'the socket of $page.path is the one that its code asks for',
    ({ text, page }) => {
      const [, port = ''] = /^ListenStream=(\d+)$/m.exec(text) ?? [];
      const [, name = ''] = /^FileDescriptorName=(\w+)$/m.exec(text) ?? [];
      expect(page.text).toContain(`listenOn({ port: ${port} }, '${name}')`);
    },
  );

  it.each(blocksOfKind('ini').filter((block) => !isSocket(block)))(
    'systemd waits as long as the service of $page.path thinks it has',
    ({ text }) => {
      const [head, ...lines] = text.trim().split('\n');
      const unit = Object.fromEntries(
        lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      const env = variablesIn((unit['Environment'] ?? '').split(' '));
      expect(head).toBe('[Service]');
      expect(unit['ExecStart']).toMatch(/^\/usr\/bin\/node \S+$/);
      expect(settingsIn(env).gracePeriodMs).toBe(Number(unit['TimeoutStopSec']) * 1000);
    },
  );

  it('every setting that a page shows is allowed', () => {
    const pairs = pages.flatMap(({ text }) => codeIn(proseOf(text)).filter(isSetting));
    expect(pairs.length).toBeGreaterThan(8);
    for (const pair of pairs) settingsIn(variablesIn([pair]));
  });
});

describe('the sums of the page of the time', () => {
  it('are the ones the library works with', () => {
    const rows = tableOf(page('time').text, 'what you set, in production');
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
    const [formulas = '', message = ''] = page('time')
      .blocks.filter(({ kind }) => kind === 'text')
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
