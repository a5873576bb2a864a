import { figure } from '../support/format.js';
import { type Spread } from '../support/statistics.js';
import { colourOf, element, label, picture, ticksUpTo } from './svg.js';

/** One bar, made of one value of each series, one after the other. */
export interface Bar {
  readonly label: string;
  readonly values: readonly number[];
  readonly spread?: Spread;
  /** Said beside the bar in place of its total. */
  readonly note?: string;
}

/** What a bar chart shows. */
export interface BarChart {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly string[];
  readonly bars: readonly Bar[];
  /** Where a line is drawn across. */
  readonly mark?: number;
}

const WIDTH = 900;
const LEFT = 240;
const RIGHT = 120;
const TOP = 64;
const ROW = 26;
const THICKNESS = 16;

/** Horizontal bars, one below the other, as SVG. */
export function barChart({ title, unit, series, bars, mark }: BarChart): string {
  const most = Math.max(mark ?? 0, ...bars.map((bar) => Math.max(total(bar), bar.spread?.high ?? 0)));
  const ticks = ticksUpTo(most);
  const scale = (WIDTH - LEFT - RIGHT) / (ticks.at(-1) ?? 1);
  const bottom = TOP + bars.length * ROW;
  const at = (value: number): number => LEFT + value * scale;
  return picture({ width: WIDTH, height: bottom + 44 }, [
    label(title, { x: 16, y: 24, 'font-size': 15, 'font-weight': 'bold' }),
    ...legend(series),
    ...ticks.flatMap((tick) => gridLine(at(tick), bottom, figure(tick))),
    label(unit, { x: WIDTH - 16, y: bottom + 36, 'text-anchor': 'end' }),
    ...bars.flatMap((bar, index) => drawBar(bar, TOP + index * ROW, at)),
    ...(mark === undefined ? [] : [line(at(mark), TOP - 4, bottom, '#222222')]),
  ]);
}

function total({ values }: Bar): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function legend(series: readonly string[]): string[] {
  if (series.length < 2) return [];
  let x = 16;
  return series.flatMap((name, index) => {
    const items = [
      element('rect', { x, y: 36, width: 12, height: 12, fill: colourOf(index) }),
      label(name, { x: x + 17, y: 46 }),
    ];
    x += 34 + name.length * 7;
    return items;
  });
}

function gridLine(x: number, bottom: number, text: string): string[] {
  return [line(x, TOP - 4, bottom, '#dddddd'), label(text, { x, y: bottom + 18, 'text-anchor': 'middle' })];
}

function line(x: number, from: number, to: number, stroke: string): string {
  return element('line', { x1: x, x2: x, y1: from, y2: to, stroke });
}

function drawBar(bar: Bar, top: number, at: (value: number) => number): string[] {
  const middle = top + ROW / 2;
  let sum = 0;
  const pieces = bar.values.map((value, index) => {
    const x = at(sum);
    sum += value;
    return element('rect', {
      x,
      y: middle - THICKNESS / 2,
      width: at(sum) - x,
      height: THICKNESS,
      fill: colourOf(index),
    });
  });
  const end = at(Math.max(sum, bar.spread?.high ?? 0));
  return [
    label(bar.label, { x: LEFT - 8, y: middle + 4, 'text-anchor': 'end' }),
    ...pieces,
    ...(bar.spread === undefined ? [] : whisker(bar.spread, middle, at)),
    label(bar.note ?? figure(sum), { x: end + 6, y: middle + 4 }),
  ];
}

function whisker({ low, high }: Spread, middle: number, at: (value: number) => number): string[] {
  const stroke = '#222222';
  return [
    element('line', { x1: at(low), x2: at(high), y1: middle, y2: middle, stroke }),
    line(at(low), middle - 4, middle + 4, stroke),
    line(at(high), middle - 4, middle + 4, stroke),
  ];
}
