import { range, table } from '../support/format.js';
import { type Node } from '../support/node-versions.js';
import { type Part } from '../support/part.js';
import { type Estimate, estimate } from '../support/statistics.js';
import { type Variant } from '../variants.js';
import { COMPARED, type Contender } from './contenders.js';
import { type CostSize, type GenerationFigures, measureGeneration } from './generation.js';

const FULL: CostSize = { generations: 8, rounds: 6 };
const QUICK: CostSize = { generations: 2, rounds: 4 };

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
    const header = ['adapter, Node', 'plain, CPU µs a request', ...COMPARED.map((contender) => `${contender}: ratio`)];
    return { markdown: table(header, rows), charts: {} };
  },
};

async function measureRow(platform: Variant['platform'], node: Node, size: CostSize): Promise<string[]> {
  const generations: GenerationFigures[] = [];
  for (let number = 0; number < size.generations; number += 1) {
    generations.push(await measureGeneration({ platform, node, rounds: size.rounds, number }));
  }
  const ratioOf = (contender: Contender): Estimate =>
    estimate(generations.map(({ ratios }) => ratios.get(contender) ?? []));
  return [
    `${platform}, Node ${node.version.slice(1)}`,
    range(generations.flatMap(({ plainMicros }) => plainMicros)),
    ...COMPARED.map((contender) => estimateText(ratioOf(contender))),
  ];
}

/** `1.004 (0.998–1.010)`. */
function estimateText({ value, low, high }: Estimate): string {
  return `${value.toFixed(3)} (${low.toFixed(3)}–${high.toFixed(3)})`;
}
