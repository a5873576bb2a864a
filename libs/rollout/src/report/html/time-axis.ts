import { element, type Markup, ticks } from 'nestjs-lifecycle-shared';
import { time } from '../../verdict/wording.js';

/** Where times and values stand in a chart. All charts of one run share the times, so that one can look straight down. */
export interface TimeAxis {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  readonly end: number;
  x(at: number): number;
}

/** An axis from the start of the rehearsal to `end`, in a picture of that width. */
export function timeAxis(end: number, width: number): TimeAxis {
  const left = width > 800 ? 132 : 96;
  const right = width - 18;
  const span = Math.max(end, 1);
  return { width, left, right, end: span, x: (at) => left + (Math.min(Math.max(at, 0), span) / span) * (right - left) };
}

/** The grid and the labels of the times, from `top` to `bottom`. */
export function timeGrid(axis: TimeAxis, top: number, bottom: number): Markup[] {
  return ticks(axis.end, axis.width > 800 ? 10 : 5).flatMap((at) => {
    const x = axis.x(at);
    return [
      element('line', { class: 'grid', x1: x, x2: x, y1: top, y2: bottom }),
      element('text', { class: 'tick', x, y: bottom + 16, 'text-anchor': 'middle' }, at === 0 ? '0' : time(at)),
    ];
  });
}

/** A picture that scrolls sideways where the screen is too narrow for it. */
export function chart(axis: TimeAxis, height: number, label: string, content: readonly (Markup | undefined)[]): Markup {
  const size = { viewBox: `0 0 ${axis.width} ${Math.round(height)}`, class: axis.width > 800 ? 'wide' : 'half' };
  return element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': label },
    element('svg', { ...size, role: 'group', 'aria-label': label }, content),
  );
}
