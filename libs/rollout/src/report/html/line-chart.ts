import { element, type Markup, ticks } from 'nestjs-lifecycle-shared';
import { chart, type TimeAxis, timeGrid } from './time-axis.js';

/** One line of a chart. Points are in order of time; with `steps` a value holds until the next. */
export interface Line {
  readonly name: string;
  /** Its class in the style. */
  readonly look: string;
  readonly points: readonly Point[];
  readonly steps?: boolean;
  readonly area?: boolean;
}

/** A value at a time. */
export interface Point {
  readonly at: number;
  readonly value: number;
}

/** What a chart shows. */
export interface LineChart {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly dots?: readonly (Point & { readonly text: string })[];
  readonly height?: number;
  /** Each line of the grid ten times the one below: for values of which some are far larger than most. */
  readonly isLogarithmic?: boolean;
  readonly label: (value: number) => string;
  /** When the rehearsal ended, where the axis of the time is longer than it. */
  readonly end?: number;
}

const TOP = 30;

/** Lines over the time of the rehearsal, from 0 up. With `beside`, the same chart of another run, both have the same scale. */
export function lineChart(axis: TimeAxis, shown: LineChart, beside?: LineChart): Markup {
  const { title, lines, dots = [], height = 130, label } = shown;
  const bottom = TOP + height;
  const { grid, share } = valueScale(shown, beside);
  const end = Math.min(shown.end ?? axis.end, axis.end);
  const y = (value: number): number => bottom - share(value) * height;
  return chart(axis, bottom + 24, title, [
    ...grid.flatMap((value) => [
      element('line', { class: 'grid', x1: axis.left, x2: axis.right, y1: y(value), y2: y(value) }),
      element('text', { class: 'tick', x: axis.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, label(value)),
    ]),
    ...timeGrid(axis, TOP, bottom),
    ...lines.flatMap((line) => draw(line, { axis, y, end })),
    ...dots.map(({ at, value, text }) =>
      element('circle', { class: 'outlier', cx: axis.x(at), cy: y(value), r: 2.6 }, element('title', {}, text)),
    ),
    ...legend(lines, axis, dots.length > 0),
  ]);
}

/** Which values get a line, and at which share of the height a value stands. */
function valueScale(
  { isLogarithmic = false, ...shown }: LineChart,
  beside: LineChart | undefined,
): {
  readonly grid: readonly number[];
  readonly share: (value: number) => number;
} {
  const values = [shown, ...(beside === undefined ? [] : [beside])].flatMap((one) => valuesOf(one));
  const most = values.reduce((max, value) => Math.max(max, value), 1) * 1.06;
  if (!isLogarithmic) {
    const grid = ticks(most, 3).filter((value) => Number.isInteger(value));
    return { grid, share: (value) => value / most };
  }
  const powers = Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, power) => 10 ** power);
  return { grid: powers, share: (value) => Math.log10(1 + value) / Math.log10(1 + most) };
}

function valuesOf({ lines, dots = [] }: Pick<LineChart, 'lines' | 'dots'>): number[] {
  return [...lines.flatMap(({ points }) => points), ...dots].map(({ value }) => value);
}

/** Where lines are drawn. */
interface Canvas {
  readonly axis: TimeAxis;
  readonly y: (value: number) => number;
  readonly end: number;
}

function draw({ points, look, steps = false, area = false }: Line, { axis, y, end }: Canvas): Markup[] {
  const [first] = points;
  if (first === undefined) return [];
  const path = points.map(({ at, value }, index) => {
    const place = `${r(axis.x(at))} ${r(y(value))}`;
    if (index === 0) return `M${place}`;
    return steps ? `H${r(axis.x(at))}V${r(y(value))}` : `L${place}`;
  });
  const line = `${path.join('')}${steps ? `H${r(axis.x(end))}` : ''}`;
  const last = steps ? end : (points.at(-1)?.at ?? 0);
  const filled = `${line}L${r(axis.x(last))} ${r(y(0))}L${r(axis.x(first.at))} ${r(y(0))}Z`;
  return [
    ...(area ? [element('path', { class: `area ${look}`, d: filled })] : []),
    element('path', { class: `line ${look}`, d: line }),
  ];
}

function legend(lines: readonly Line[], axis: TimeAxis, hasDots: boolean): Markup[] {
  let x = axis.left;
  const parts = lines.flatMap(({ name, look }) => {
    const at = x;
    x += name.length * 6.6 + 40;
    return [
      element('line', { class: `line ${look}`, x1: at, x2: at + 16, y1: 13, y2: 13 }),
      element('text', { class: 'key', x: at + 22, y: 17 }, name),
    ];
  });
  if (!hasDots) return parts;
  return [
    ...parts,
    element('circle', { class: 'outlier', cx: x + 5, cy: 13, r: 2.6 }),
    element('text', { class: 'key', x: x + 14, y: 17 }, 'slowest'),
  ];
}

function r(value: number): number {
  return Math.round(value * 10) / 10;
}
