import { element, type Markup } from 'nestjs-lifecycle-shared';
import { type LostRequest, type Rehearsal } from '../../verdict/verdict.js';
import { count, shortened, time } from '../../verdict/wording.js';
import { type TimeAxis } from './time-axis.js';

/** Losses nearer to each other than this, in units of the picture, are one mark. */
const NEAR = 7;

interface Group {
  readonly losses: LostRequest[];
  readonly pod: string | undefined;
  readonly cause: string;
  readonly x: number;
}

/** Lost requests as marks above their pod's lane; what they are is written in the caption row while one has the pointer or the focus. */
export function lossMarks(
  { verdict }: Rehearsal,
  axis: TimeAxis,
  place: { readonly captionY: number; yOf(pod: string | undefined): number },
): Markup[] {
  return groupLosses(verdict.lost, axis).map(({ losses, pod, cause, x }) => {
    const text = describe(losses, pod, cause);
    const size = 3.6 + Math.min(3.4, Math.log2(losses.length) * 0.7);
    const y = place.yOf(pod);
    const path = `M${r(x)} ${r(y - size)}L${r(x + size)} ${r(y)}L${r(x)} ${r(y + size)}L${r(x - size)} ${r(y)}Z`;
    return element(
      'g',
      { class: 'loss', tabindex: 0, role: 'img', 'aria-label': text },
      element('circle', { class: 'target', cx: x, cy: y, r: 9 }),
      element('path', { d: path }),
      caption(text, axis, place.captionY),
    );
  });
}

function caption(text: string, axis: TimeAxis, y: number): Markup {
  const letters = Math.floor((axis.right - axis.left) / 6.6);
  return element(
    'g',
    { class: 'caption', 'aria-hidden': 'true' },
    element('rect', { x: axis.left - 6, y: y - 16, width: axis.right - axis.left + 12, height: 24, rx: 4 }),
    element('text', { x: axis.left + 2, y }, shortened(text, letters)),
  );
}

function describe(losses: readonly LostRequest[], pod: string | undefined, cause: string): string {
  const [first] = losses;
  const since = first?.sinceSignalMs;
  const fates = [...new Set(losses.map(({ fate }) => fate))].join(', ');
  const when = since === undefined ? `at ${time(first?.record.sentAt ?? 0)}` : `${time(since)} after SIGTERM`;
  return `${cause}: ${count(losses.length, 'request')} ${fates} on ${pod ?? 'no pod'}, ${when}${first?.record.detail === undefined ? '' : ` (${first.record.detail})`}`;
}

function groupLosses(lost: readonly LostRequest[], axis: TimeAxis): Group[] {
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const loss of lost.toSorted((a, b) => a.record.sentAt - b.record.sentAt)) {
    const key = `${loss.pod ?? ''} ${loss.cause}`;
    const x = axis.x(loss.record.sentAt);
    const last = open.get(key);
    if (last !== undefined && x - last.x < NEAR) last.losses.push(loss);
    else {
      const group = { losses: [loss], pod: loss.pod, cause: loss.cause, x };
      groups.push(group);
      open.set(key, group);
    }
  }
  return groups;
}

function r(value: number): number {
  return Math.round(value * 10) / 10;
}
