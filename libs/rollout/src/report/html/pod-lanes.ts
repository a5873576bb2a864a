import { element, type Markup } from 'nestjs-lifecycle-shared';
import { ofType } from '../../verdict/pod-facts.js';
import { type PodSummary, type Rehearsal } from '../../verdict/verdict.js';
import { time } from '../../verdict/wording.js';
import { lossMarks } from './loss-marks.js';
import { chart, type TimeAxis, timeGrid } from './time-axis.js';

const TOP = 46;
const ROW = 46;
const BAR = 18;

/** A letter takes about so much of a bar. */
const LETTER = 6.4;

/** Every pod as a lane of its phases, with what happened on it. The row below it is kept for the mark that has the focus. */
export function podLanes(rehearsal: Rehearsal, axis: TimeAxis): Markup {
  const { pods } = rehearsal.verdict;
  const bottom = TOP + pods.length * ROW;
  const captionY = bottom + 40;
  return chart(
    axis,
    rehearsal.verdict.lost.length === 0 ? bottom + 24 : captionY + 16,
    'Timeline of every pod by phase',
    [
      ...timeGrid(axis, TOP - 8, bottom),
      ...milestones(rehearsal, axis, bottom),
      ...pods.flatMap((pod, index) => lane(pod, { rehearsal, axis, y: TOP + index * ROW })),
      element('text', { class: 'hint', x: axis.left, y: captionY }, hint(rehearsal)),
      ...lossMarks(rehearsal, axis, { captionY, yOf: (pod) => yOf(pods, pod) }),
    ],
  );
}

function hint({ verdict }: Rehearsal): string {
  return verdict.lost.length === 0
    ? ''
    : 'Point at a mark, or step through them with Tab, to read what was lost there.';
}

function yOf(pods: readonly PodSummary[], name: string | undefined): number {
  const index = pods.findIndex((pod) => pod.name === name);
  return index === -1 ? TOP - 10 : TOP + index * ROW + 8;
}

interface Lane {
  readonly rehearsal: Rehearsal;
  readonly axis: TimeAxis;
  readonly y: number;
}

function lane(pod: PodSummary, { rehearsal, axis, y }: Lane): Markup[] {
  const barY = y + 14;
  const letters = Math.floor((axis.left - 10) / 8);
  const shown = pod.name.length > letters ? `…${pod.name.slice(1 - letters)}` : pod.name;
  return [
    element('text', { class: 'pod', x: 4, y: barY + 9 }, element('title', {}, pod.name), shown),
    element('text', { class: 'tick', x: 4, y: barY + 23 }, `revision ${pod.revision}`),
    ...pod.phases.filter(({ phase }) => phase !== 'exited').map((span) => bar(span, { axis, y: barY })),
    ...pod.servicePhases.map((span) => strip(span, { axis, y: barY + BAR + 2 })),
    ...stopMarks(pod, rehearsal, { axis, y: barY }),
  ];
}

interface Place {
  readonly axis: TimeAxis;
  readonly y: number;
}

function bar({ phase, from, to }: PodSummary['phases'][number], { axis, y }: Place): Markup {
  const x = axis.x(from);
  const width = Math.max(axis.x(to) - x, 1.5);
  const name = phase.replace('-', ' ');
  const fits = name.length * LETTER + 10 < width;
  return element(
    'g',
    { class: `phase ${phase}` },
    element('title', {}, `${name}: ${time(from)} to ${time(to)} (${time(to - from)})`),
    element('rect', { x, y, width, height: BAR, rx: Math.min(3, width / 2) }),
    fits ? element('text', { x: x + 6, y: y + 13 }, name) : undefined,
  );
}

/** What the service called its own phases, as a thin line below. */
function strip({ phase, from, to }: PodSummary['servicePhases'][number], { axis, y }: Place): Markup {
  const x = axis.x(from);
  const width = Math.max(axis.x(to) - x, 1.5);
  const fits = phase.length * 5.4 + 4 < width;
  return element(
    'g',
    { class: 'service-phase' },
    element('title', {}, `the service said: ${phase}, ${time(from)} to ${time(to)}`),
    element('rect', { x, y, width, height: 2.5 }),
    fits ? element('text', { x: x + 2, y: y + 11 }, phase) : undefined,
  );
}

/** SIGTERM as a line with its name, the exit as a dot or a cross. */
function stopMarks(pod: PodSummary, { events }: Rehearsal, { axis, y }: Place): Markup[] {
  const own = events.filter((event) => 'pod' in event && event.pod === pod.name);
  const signals = ofType(own, 'signal-sent').map(({ at, signal }) => {
    const x = axis.x(at);
    return element(
      'g',
      { class: 'signal' },
      element('title', {}, `${signal} at ${time(at)}`),
      element('line', { x1: x, x2: x, y1: y - 4, y2: y + BAR + 4 }),
    );
  });
  const exits = ofType(own, 'container-exited').map(({ at, code, signal, isKilledByKubelet }) => {
    const how = isKilledByKubelet ? 'killed: the grace period was over' : `ended with ${signal ?? `exit code ${code}`}`;
    const attributes = { cx: axis.x(at), cy: y + BAR / 2, r: 5, class: isKilledByKubelet ? 'killed' : 'exit' };
    return element('circle', attributes, element('title', {}, `${how}, at ${time(at)}`));
  });
  return [...signals, ...exits];
}

/** The beginning and the end of the update, and chaos, over all lanes. */
function milestones({ events }: Rehearsal, axis: TimeAxis, bottom: number): Markup[] {
  const marks = [
    ...ofType(events, 'update-started').map(({ at }) => ({ at, text: 'update starts', kind: 'milestone' })),
    ...ofType(events, 'update-ended').map(({ at, result }) => ({
      at,
      text: `update ${result.replaceAll('-', ' ')}`,
      kind: 'milestone',
    })),
    ...ofType(events, 'chaos-played').map(({ at, chaos }) => ({
      at,
      text: `chaos: ${chaos}`,
      kind: 'milestone chaos',
    })),
  ];
  return marks.map(({ at, text, kind }) => {
    const x = axis.x(at);
    const y = kind === 'milestone' ? 14 : 28;
    const isRight = x > (axis.left + axis.right) / 2;
    return element(
      'g',
      { class: kind },
      element('line', { x1: x, x2: x, y1: y - 10, y2: bottom }),
      element('text', { x: isRight ? x - 5 : x + 5, y, 'text-anchor': isRight ? 'end' : 'start' }, text),
    );
  });
}
