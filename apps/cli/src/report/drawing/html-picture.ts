import { type Content, element, htmlPage, type Markup, section, ticks, time } from 'nestjs-lifecycle-shared';
import { type Figure, type Lane, type Lanes, type List, mostImportant, type Picture } from './picture.js';
import { TIMELINE_STYLE } from './timeline-style.js';

/** What is more is folded away; never what went wrong before what went well. */
const MOST_OPEN = 60;
const TICKS = 6;

/** A picture as one page that needs nothing but itself. */
export function htmlPicture(picture: Picture): string {
  const { headline, figures, lists } = picture;
  return htmlPage({
    title: `${headline} – shutdown`,
    style: TIMELINE_STYLE,
    body: [banner(picture), element('dl', { class: 'tiles' }, figures.map(tile)), timeline(picture), lists.map(listed)],
  });
}

function banner({ headline, isGood, about }: Picture): Markup {
  return element(
    'div',
    { class: `banner ${isGood ? 'good' : 'bad'}` },
    element('span', { class: 'sign', 'aria-hidden': 'true' }, isGood ? '✓' : '✕'),
    element('div', {}, element('h1', {}, headline), element('p', { class: 'meta' }, about.join(' · '))),
  );
}

function tile({ name, value, isBad }: Figure): Markup {
  return element('div', { class: isBad ? 'tile bad' : 'tile' }, element('dt', {}, name), element('dd', {}, value));
}

function timeline(picture: Picture): Markup | undefined {
  if (picture.lanes.length === 0) return undefined;
  return element(
    'section',
    { class: 'card lanes', 'aria-label': 'Timeline' },
    element('h2', {}, 'Timeline'),
    axis(picture),
    picture.lanes.map((lanes) => group(lanes, picture)),
  );
}

/** It is for the eyes: each lane has its times in words. */
function axis({ endMs, deadlineMs }: Picture): Markup {
  const hasDeadline = deadlineMs !== undefined && deadlineMs > 0;
  const isNear = (ms: number): boolean => hasDeadline && Math.abs(ms - deadlineMs) < endMs / 8;
  const names = ticks(endMs, TICKS).filter((ms) => !isNear(ms));
  return element(
    'div',
    { class: 'lane axis', 'aria-hidden': 'true' },
    element('span', { class: 'name' }),
    element(
      'svg',
      { class: 'picture' },
      names.map((ms) => label(ms / endMs, ms === 0 ? '0' : time(ms))),
      hasDeadline ? label(deadlineMs / endMs, `budget ${time(deadlineMs)}`, 'deadline-name') : undefined,
    ),
    element('span', { class: 'words' }),
  );
}

function label(share: number, text: string, look?: string): Markup {
  const anchor = share < 0.03 ? 'start' : share > 0.9 ? 'end' : 'middle';
  return element('text', { class: look, x: percent(share), y: 13, 'text-anchor': anchor }, text);
}

function group({ title, rows }: Lanes, picture: Picture): Content {
  const list = (shown: readonly Lane[], label: string): Markup =>
    element(
      'ol',
      { 'aria-label': label },
      shown.map((row) => lane(row, picture)),
    );
  const open = mostImportant(rows, MOST_OPEN);
  const folded = rows.filter((row) => !open.includes(row));
  return [
    element('h3', {}, title),
    list(open, title),
    folded.length === 0
      ? undefined
      : element('details', {}, element('summary', {}, `${folded.length} more`), list(folded, `${title}, the others`)),
  ];
}

function lane(row: Lane, picture: Picture): Markup {
  const { name, place, took, result, look, error } = row;
  return element(
    'li',
    { class: 'lane' },
    element(
      'span',
      { class: 'name' },
      name,
      ' ',
      place === '' ? undefined : element('span', { class: 'place' }, place),
    ),
    laneBar(row, picture),
    element(
      'span',
      { class: look === 'bad' ? 'words bad' : 'words' },
      [took, result].filter((text) => text !== '').join(', '),
    ),
    error === undefined ? undefined : element('span', { class: 'error' }, error),
  );
}

function laneBar({ fromMs, toMs, look }: Lane, { endMs, deadlineMs = 0 }: Picture): Markup {
  const isKnown = fromMs !== undefined && toMs !== undefined;
  return element(
    'svg',
    {
      class: 'picture',
      role: 'img',
      'aria-label': isKnown ? `${time(fromMs)} to ${time(toMs)}` : 'its time is not known',
    },
    ticks(endMs, TICKS).map((ms) => line(ms / endMs, 'rule')),
    deadlineMs > 0 ? line(deadlineMs / endMs, 'deadline') : undefined,
    isKnown ? bar(fromMs / endMs, toMs / endMs, look) : undefined,
  );
}

function line(share: number, look: string): Markup {
  return element('line', { class: look, x1: percent(share), x2: percent(share), y1: -4, y2: 18 });
}

/** At least wide enough to be seen. */
function bar(from: number, to: number, look: Lane['look']): Markup {
  const width = Math.max(to - from, 0.006);
  const attributes = { x: percent(Math.min(from, 1 - width)), width: percent(width), y: 1, height: 12, rx: 2 };
  return element('rect', { class: `bar-${look}`, ...attributes });
}

function percent(share: number): string {
  return `${Math.round(Math.min(Math.max(share, 0), 1) * 10_000) / 100}%`;
}

function listed({ title, isBad, items }: List): Markup {
  const list = (shown: readonly string[]): Markup =>
    element(
      'ul',
      { class: 'plain' },
      shown.map((item) => element('li', {}, item)),
    );
  const folded = items.slice(MOST_OPEN);
  const content = [
    list(items.slice(0, MOST_OPEN)),
    folded.length === 0
      ? undefined
      : element('details', {}, element('summary', {}, `${folded.length} more`), list(folded)),
  ];
  if (!isBad) return section(title, content);
  return element('section', { class: 'card trouble', 'aria-label': title }, element('h2', {}, title), content);
}
