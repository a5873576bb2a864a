import { estimateText, range, table } from '../support/format.js';
import { type Node } from '../support/node-versions.js';
import { type Part } from '../support/part.js';
import { type Estimate, estimate } from '../support/statistics.js';
import { type Variant } from '../variants.js';
import { COMPARED, type Contender } from './contenders.js';
import { measureGeneration } from './generation.js';

/** How much is measured for a row of the table. */
interface RowSize {
  /** Processes of each contender, at least and at most. */
  readonly generations: readonly [number, number];
  /** Of one process. */
  readonly rounds: number;
}

const FULL: RowSize = { generations: [4, 16], rounds: 10 };
const QUICK: RowSize = { generations: [2, 2], rounds: 6 };
/** How far from 1 the interval of the null pair may reach, for the row to tell 2 %. */
const NARROW = 0.01;

/** What a request costs with the module, against the same application without it, in the same process. */
export const cost: Part = {
  name: 'cost',
  title: 'The cost of a request',
  majors: [20, 22, 24, 26],
  measure: async ({ nodes, platforms, isQuick, say }) => {
    const rows: string[][] = [];
    for (const node of nodes) {
      for (const platform of platforms) {
        say(`cost: ${platform}, Node ${node.version}`);
        const row = await new Row(platform, node, isQuick ? QUICK : FULL).measure();
        say(`  ${row.join(' | ')}`);
        rows.push(row);
      }
    }
    const header = ['CPU of a request', 'plain, in µs', 'processes', ...COMPARED];
    return { markdown: table(header, rows), charts: {} };
  },
};

/**
 * One row. How many processes it takes is for the null pair alone to say, and all contenders get as many: who stopped when
 * a figure looks good would find what he looks for.
 */
class Row {
  readonly #plainMicros: number[] = [];

  constructor(
    private readonly platform: Variant['platform'],
    private readonly node: Node,
    private readonly size: RowSize,
  ) {}

  async measure(): Promise<string[]> {
    const [nullPair, ...others] = COMPARED;
    const [least, most] = this.size.generations;
    if (nullPair === undefined) throw new Error('there is no null pair');
    const groups = await this.#generations(nullPair, 0, least);
    while (groups.length < most && !isNarrow(estimate(groups))) {
      groups.push(...(await this.#generations(nullPair, groups.length, 1)));
    }
    const texts = [estimateText(estimate(groups))];
    for (const contender of others) {
      texts.push(estimateText(estimate(await this.#generations(contender, 0, groups.length))));
    }
    const what = `${this.platform}, Node ${this.node.version.slice(1)}`;
    return [what, range(this.#plainMicros), String(groups.length), ...texts];
  }

  async #generations(contender: Contender, from: number, count: number): Promise<(readonly number[])[]> {
    const { platform, node, size } = this;
    const groups: (readonly number[])[] = [];
    for (let number = from; number < from + count; number += 1) {
      const figures = await measureGeneration({ contender, platform, node, rounds: size.rounds, number });
      this.#plainMicros.push(...figures.plainMicros);
      groups.push(figures.ratios);
    }
    return groups;
  }
}

function isNarrow({ low, high }: Estimate): boolean {
  return low >= 1 - NARROW && high <= 1 + NARROW;
}
