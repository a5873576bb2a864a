import { barChart } from '../charts/bar-chart.js';
import { comparison, range, table } from '../support/format.js';
import { type Node } from '../support/node-versions.js';
import { joined, type Part, type PartResult } from '../support/part.js';
import { compare, median } from '../support/statistics.js';
import { type Variant, VARIANTS } from '../variants.js';
import { type Contender, measureServing, type ServingFigures, type ServingSize } from './rounds.js';
import { measureTracking } from './tracking.js';

const FULL: ServingSize = { generations: 3, rounds: 4, requests: 4000 };
const QUICK: ServingSize = { generations: 1, rounds: 3, requests: 2000 };
const FULL_TRACKING = { rounds: 12, requests: 100_000 };
const QUICK_TRACKING = { rounds: 5, requests: 30_000 };
const NULL = 'plain, again';

/** What serving costs with the module, against the same service without it. */
export const serving: Part = {
  name: 'serving',
  title: 'Serving',
  majors: [20, 24],
  measure: async ({ nodes, platforms, isQuick, say }) => {
    const parts: PartResult[] = [];
    for (const node of nodes) {
      for (const platform of platforms) {
        say(`serving: ${platform}, Node ${node.version}`);
        parts.push(await measurePlatform(platform, node, isQuick));
      }
      say(`serving: tracking alone, Node ${node.version}`);
      parts.push({
        markdown: await measureTracking(node, isQuick ? QUICK_TRACKING : FULL_TRACKING),
        charts: {},
      });
    }
    return joined(parts);
  },
};

function contendersOn(platform: Variant['platform'], node: Node, isQuick: boolean): Contender[] {
  const variants = VARIANTS.filter((variant) => variant.platform === platform && (variant.minNode ?? 0) <= node.major);
  const plain = variants.find(({ name }) => name.startsWith('plain'));
  if (plain === undefined) throw new Error(`no plain variant on ${platform}`);
  const others = variants.filter((variant) => variant !== plain && !variant.name.endsWith('+ delay'));
  const measured = isQuick ? others.slice(0, 1) : others;
  return [
    { label: 'plain', variant: plain },
    ...measured.map((variant) => ({ label: variant.name, variant })),
    { label: NULL, variant: plain },
  ];
}

async function measurePlatform(platform: Variant['platform'], node: Node, isQuick: boolean): Promise<PartResult> {
  const contenders = contendersOn(platform, node, isQuick);
  const figures = await measureServing(contenders, node, isQuick ? QUICK : FULL);
  const base = figuresOf(figures, 'plain');
  const rows = contenders.map(({ label }) => row(label, figuresOf(figures, label), base));
  const name = `serving-${platform}-node${node.major}`;
  const header = [
    `${platform}, Node ${node.version.slice(1)}`,
    'CPU µs a request',
    'CPU against plain',
    'requests/s',
    'requests/s against plain',
  ];
  return {
    markdown: `${table(header, rows)}\n\n![CPU per request against plain Nest](${name}.svg)`,
    charts: {
      [name]: chart(
        contenders,
        figures,
        `CPU per request against plain Nest: ${platform}, Node ${node.version.slice(1)}`,
      ),
    },
  };
}

function row(label: string, { cpuMicros, perSecond }: ServingFigures, base: ServingFigures): string[] {
  if (label === 'plain') return [label, range(cpuMicros), '1', range(perSecond), '1'];
  return [
    label,
    range(cpuMicros),
    comparison(compare(cpuMicros, base.cpuMicros)),
    range(perSecond),
    comparison(compare(perSecond, base.perSecond)),
  ];
}

function chart(contenders: readonly Contender[], figures: Map<string, ServingFigures>, title: string): string {
  const base = figuresOf(figures, 'plain').cpuMicros;
  const bars = contenders
    .filter(({ label }) => label !== 'plain')
    .map(({ label }) => {
      const { ratio, spread } = compare(figuresOf(figures, label).cpuMicros, base);
      return { label, values: [ratio], spread };
    });
  return barChart({ title, unit: 'times', series: ['CPU per request'], bars, mark: 1 });
}

function figuresOf(figures: Map<string, ServingFigures>, label: string): ServingFigures {
  const found = figures.get(label);
  if (found === undefined || Number.isNaN(median(found.cpuMicros))) throw new Error(`no figures of ${label}`);
  return found;
}
