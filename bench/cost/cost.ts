import { range, table } from '../support/format.js';
import { type Node } from '../support/node-versions.js';
import { type Part } from '../support/part.js';
import { type Estimate, estimate } from '../support/statistics.js';
import { type Variant } from '../variants.js';
import { COMPARED } from './contenders.js';
import { type CostSize, measureGeneration } from './generation.js';

const FULL: CostSize = { generations: 4, rounds: 10 };
const QUICK: CostSize = { generations: 2, rounds: 6 };

/** What a request costs with the module, against the same application without it, in the same process. */
export const cost: Part = {
  name: 'cost',
  title: 'The cost of a request',
  majors: [20, 22, 24, 26],
  measure: async ({ nodes, isQuick, say }) => {
    const rows: string[][] = [];
    for (const node of nodes) {
      for (const platform of ['express', 'fastify'] as const) {
        say(`cost: ${platform}, Node ${node.version}`);
        const row = await measureRow(platform, node, isQuick ? QUICK : FULL);
        say(`  ${row.join(' | ')}`);
        rows.push(row);
      }
    }
    const header = ['CPU of a request', 'plain, in µs', ...COMPARED];
    return { markdown: table(header, rows), charts: {} };
  },
};

async function measureRow(platform: Variant['platform'], node: Node, size: CostSize): Promise<string[]> {
  const plainMicros: number[] = [];
  const texts: string[] = [];
  for (const contender of COMPARED) {
    const groups: (readonly number[])[] = [];
    for (let number = 0; number < size.generations; number += 1) {
      const options = { contender, platform, node, rounds: size.rounds, number };
      const figures = await measureGeneration(options);
      plainMicros.push(...figures.plainMicros);
      groups.push(figures.ratios);
    }
    texts.push(estimateText(estimate(groups)));
  }
  return [`${platform}, Node ${node.version.slice(1)}`, range(plainMicros), ...texts];
}

/** `1.004 (0.998–1.010)`. */
function estimateText({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}
