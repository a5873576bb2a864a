import { lineChart } from '../charts/line-chart.js';
import { figure, range, table } from '../support/format.js';
import { type Node } from '../support/node-versions.js';
import { type PartResult } from '../support/part.js';
import { interleaved, median } from '../support/statistics.js';
import { type Variant, variantNamed } from '../variants.js';

/** How something grows: with what, in which steps, and what is looked at. */
export interface Curve<Key extends string> {
  readonly node: Node;
  readonly rounds: number;
  /** Connections, or hooks. */
  readonly of: string;
  readonly steps: readonly number[];
  /** The figures of a step: key, title of the column, unit. The last one is drawn. */
  readonly columns: readonly (readonly [Key, string, string])[];
  measure(variant: Variant, step: number): Promise<Readonly<Record<Key, number>>>;
}

interface Found<Key extends string> {
  readonly variant: Variant;
  readonly step: number;
  readonly figures: Readonly<Record<Key, number>>;
}

/** Ours beside Nest's own hooks. */
const VARIANTS = ['nestjs-lifecycle', 'enableShutdownHooks'].map(variantNamed);

/** Measures both variants at every step, interleaved. */
export async function measureCurve<Key extends string>(curve: Curve<Key>): Promise<PartResult> {
  const found: Found<Key>[] = [];
  for (let round = 0; round < curve.rounds; round += 1) {
    for (const step of curve.steps) {
      for (const variant of interleaved(VARIANTS, round)) {
        found.push({ variant, step, figures: await curve.measure(variant, step) });
      }
    }
  }
  return show(curve, found);
}

function show<Key extends string>({ node, of, steps, columns }: Curve<Key>, found: readonly Found<Key>[]): PartResult {
  const at = (variant: Variant, step: number, key: Key): number[] =>
    found.filter((one) => one.variant === variant && one.step === step).map(({ figures }) => figures[key]);
  const on = `Node ${node.version.slice(1)}`;
  const rows = steps.flatMap((step) =>
    VARIANTS.map((variant) => {
      const cells = columns.map(([key, , unit]) => `${range(at(variant, step, key))} ${unit}`);
      return [`${figure(step)} ${of}`, variant.name].concat(cells);
    }),
  );
  const [drawn, title, unit] = columns.at(-1) ?? [];
  if (drawn === undefined || title === undefined || unit === undefined) throw new Error('nothing to draw');
  const lines = VARIANTS.map((variant) => ({
    label: variant.name,
    points: steps.map((step) => ({ x: step, y: median(at(variant, step, drawn)) })),
  }));
  const file = `growth-${of}-node${node.major}`;
  const header = [on, 'variant'].concat(columns.map(([, title]) => title));
  return {
    markdown: `${table(header, rows)}\n\n![${title} by ${of}](${file}.svg)`,
    charts: { [file]: lineChart({ title: `${title}: ${of}, ${on}`, x: of, y: unit, lines }) },
  };
}
