import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { INSTRUMENTS, type Instrument, prometheusName } from '../../libs/lifecycle/src/metrics/instruments.js';
import { withPart } from '../../scripts/marked-part.js';
import { itNeeds, promtool } from '../support/machine.js';
import { root } from '../support/repository.js';

const page = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
const shipped = join(root, 'libs/lifecycle/observability');
const list: Instrument[] = Object.values(INSTRUMENTS);

function tableOn(wanted: string): string {
  const rows = list
    .filter(({ page: own = 'metrics' }) => own === wanted)
    .map((instrument) => {
      const { name, type, unit, labels, help } = instrument;
      const shown = labels.map((label) => `\`${label.name}\``).join(', ');
      return `| \`${prometheusName(instrument)}\` | \`${name}\` | ${type} | ${unit === '1' ? '' : unit} | ${shown} | ${help} |`;
    });
  return [
    '| Prometheus | OpenTelemetry | type | unit | labels | what it is |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** oxfmt pads the cells. */
const unpadded = (text: string): string => text.replaceAll(/ {2,}/g, ' ').replaceAll(/-{2,}/g, '--');

/** Every name that a query may select, with its labels. */
const SELECTABLE = new Map<string, readonly string[]>(
  list.flatMap((instrument): [string, readonly string[]][] => {
    const name = prometheusName(instrument);
    const labels = instrument.labels.map((label) => label.name);
    return instrument.type === 'histogram'
      ? ['_bucket', '_sum', '_count'].map((suffix) => [name + suffix, [...labels, 'le']])
      : [[name, labels]];
  }),
);
const OF_TARGETS = ['job', 'instance'];
const WORDS =
  /^(and|by|on|without|sum|max|count|rate|max_over_time|histogram_quantile|label_values|humanizeDuration|[smhd])$/;

/** What a query names that does not exist: metrics, and labels that the metrics it selects do not have. */
function unknownIn(query: string): string[] {
  const bare = query.replaceAll(/"[^"]*"/g, '').replaceAll(/\[[^\]]*\]/g, '');
  const names = [...new Set(bare.match(/[a-z_]+/g))].filter((word) => !WORDS.test(word));
  const labels = new Set(OF_TARGETS.concat(names.flatMap((name) => SELECTABLE.get(name) ?? [])));
  return names.filter((name) => !SELECTABLE.has(name) && !labels.has(name));
}

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string;
      readonly expr: string;
      readonly labels: { readonly severity: string };
      readonly annotations: { readonly summary: string; readonly description: string };
    }[];
  }[];
}

interface Dashboard {
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: {
    readonly list: readonly { readonly name: string; readonly type: string; readonly query: string }[];
  };
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly description: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly refId: string; readonly expr: string; readonly datasource: object }[];
    readonly fieldConfig: { readonly defaults: { readonly unit: string }; readonly overrides: readonly unknown[] };
  }[];
}

const rules = (parse(readFileSync(join(shipped, 'prometheus-rules.yaml'), 'utf8')) as Rules).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(readFileSync(join(shipped, 'grafana-dashboard.json'), 'utf8')) as Dashboard;
const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

describe('the page on metrics', () => {
  it('and that of the health monitor have every instrument of the list, with its names, type, unit and labels', () => {
    for (const name of ['metrics', 'health-monitor']) {
      const text = readFileSync(join(root, `docs/${name}.md`), 'utf8');
      expect(unpadded(text)).toBe(unpadded(withPart(text, 'instruments', tableOn(name))));
    }
  });

  it('names every alert that is shipped', () => {
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.filter(({ alert }) => !page.includes(`\`${alert}\``))).toEqual([]);
  });
});

describe('the alert rules and the dashboard', () => {
  it('ask for metrics and labels that there are', () => {
    expect([...rules.map(({ expr }) => expr), ...queries].flatMap(unknownIn)).toEqual([]);
    expect(unknownIn('sum by (job, colour) (shutdown_phases{phase="ready"})')).toEqual([
      'colour',
      'shutdown_phases',
      'phase',
    ]);
  });

  it('have a severity, and say what has happened and what to do', () => {
    for (const { labels, annotations } of rules) {
      expect(['info', 'warning', 'critical']).toContain(labels.severity);
      expect(annotations.summary).toContain('$labels.job');
      expect(annotations.description).toMatch(/\.$/);
    }
  });

  it('are what Grafana takes: panels that do not overlap, each with a unit and queries of their own names', () => {
    expect(dashboard.schemaVersion).toBeGreaterThan(30);
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['job', 'query'],
    ]);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = new Set<string>();
    for (const { type, title, description, gridPos, targets, fieldConfig } of dashboard.panels) {
      expect(['timeseries', 'table', 'stat']).toContain(type);
      expect([title, description, fieldConfig.defaults.unit].every((text) => text !== '')).toBe(true);
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      for (const { datasource } of targets) expect(datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(cells).not.toContain(`${x},${y}`);
          cells.add(`${x},${y}`);
        }
      }
    }
  });

  itNeeds(promtool, 'pass promtool', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    const asRule = (expr: string, index: number): object => ({
      record: `dashboard:query:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '6h').replaceAll('$job', '.+'),
    });
    const file = join(folder, 'dashboard.json');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules: queries.map(asRule) }] }));
    for (const checked of [join(shipped, 'prometheus-rules.yaml'), file]) {
      const { status, stderr } = spawnSync('promtool', ['check', 'rules', checked], { encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    }
    rmSync(folder, { recursive: true });
  });
});
