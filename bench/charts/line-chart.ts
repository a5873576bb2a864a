import { figure } from '../support/format.js';
import { colourOf, element, label, picture, ticksUpTo } from './svg.js';

/** What a line chart shows. */
export interface LineChart {
  readonly title: string;
  /** What each axis shows, with its unit. */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly { readonly label: string; readonly points: readonly Point[] }[];
}

/** One figure of a line. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 70;
const RIGHT = 24;
const TOP = 84;
const BOTTOM = 52;

/** Lines over numbers, both axes from 0, as SVG. */
export function lineChart({ title, x, y, lines }: LineChart): string {
  const points = lines.flatMap(({ points }) => points);
  const across = ticksUpTo(Math.max(...points.map((point) => point.x)));
  const up = ticksUpTo(Math.max(...points.map((point) => point.y)));
  const place = ({ x, y }: Point): Point => ({
    x: LEFT + (x / (across.at(-1) ?? 1)) * (WIDTH - LEFT - RIGHT),
    y: HEIGHT - BOTTOM - (y / (up.at(-1) ?? 1)) * (HEIGHT - TOP - BOTTOM),
  });
  return picture({ width: WIDTH, height: HEIGHT }, [
    label(title, { x: 16, y: 24, 'font-size': 15, 'font-weight': 'bold' }),
    label(y, { x: 16, y: 72 }),
    label(x, { x: WIDTH - RIGHT, y: HEIGHT - 12, 'text-anchor': 'end' }),
    ...up.flatMap((tick) => horizontal(place({ x: 0, y: tick }).y, figure(tick))),
    ...across.map((tick) =>
      label(figure(tick), { x: place({ x: tick, y: 0 }).x, y: HEIGHT - BOTTOM + 18, 'text-anchor': 'middle' }),
    ),
    ...lines.flatMap((line, index) => drawLine(line.label, line.points.map(place), index)),
  ]);
}

function horizontal(y: number, text: string): string[] {
  return [
    element('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y, stroke: '#dddddd' }),
    label(text, { x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }),
  ];
}

function drawLine(name: string, points: readonly Point[], index: number): string[] {
  const stroke = colourOf(index);
  const x = 16 + index * 200;
  return [
    element('rect', { x, y: 38, width: 12, height: 12, fill: stroke }),
    label(name, { x: x + 17, y: 48 }),
    element('polyline', {
      points: points.map((point) => `${round(point.x)},${round(point.y)}`).join(' '),
      fill: 'none',
      stroke,
      'stroke-width': 2,
    }),
    ...points.map((point) => element('circle', { cx: point.x, cy: point.y, r: 3.5, fill: stroke })),
  ];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
