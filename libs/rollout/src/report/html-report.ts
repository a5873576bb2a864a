import { type Content, element, htmlPage, type Markup, section } from 'nestjs-lifecycle-shared';
import { type Rehearsal } from '../verdict/verdict.js';
import { comparison } from './html/comparison.js';
import { loadCharts } from './html/load-charts.js';
import { podLanes } from './html/pod-lanes.js';
import { podLogs } from './html/pod-logs.js';
import { banner, faultCards, notes, settings, tiles, workloadTables } from './html/sections.js';
import { STYLE } from './html/style.js';
import { lossTable, markTable, messageTables, podTable } from './html/tables.js';
import { timeAxis } from './html/time-axis.js';
import { headline } from './headline.js';

/** What a report is made of. */
export interface ReportInput {
  readonly run: Rehearsal;
  /** A second run to put beside it. */
  readonly against?: Rehearsal | undefined;
  /** What to type to play it again. */
  readonly command?: string | undefined;
}

const WIDTH = 1080;
const HALF_WIDTH = 620;

/** The report as one page that needs nothing but itself. */
export function htmlReport({ run, against, command }: ReportInput): string {
  const body = against === undefined ? single(run, command) : double(run, against, command);
  return htmlPage({ title: `${headline(run.verdict)} – rolling update rehearsal`, style: STYLE, body });
}

function single(run: Rehearsal, command: string | undefined): Content {
  return [
    banner(run),
    tiles(run.verdict),
    workloadTables(run),
    faultCards(run.verdict),
    charts(run, WIDTH),
    podTable(run.verdict),
    markTable(run.verdict),
    lossTable(run.verdict),
    messageTables(run.verdict),
    podLogs(run),
    notes(run.verdict),
    settings(run, command),
  ];
}

function double(run: Rehearsal, against: Rehearsal, command: string | undefined): Content {
  const column = (rehearsal: Rehearsal, name: string, other: Rehearsal): Markup =>
    element(
      'div',
      { class: 'column' },
      banner(rehearsal, name),
      charts(rehearsal, HALF_WIDTH, other),
      faultCards(rehearsal.verdict),
      podTable(rehearsal.verdict),
      markTable(rehearsal.verdict),
      lossTable(rehearsal.verdict),
      messageTables(rehearsal.verdict),
      podLogs(rehearsal),
      notes(rehearsal.verdict),
      settings(rehearsal, undefined),
    );
  return [
    element('h1', { class: 'title' }, 'Two rolling updates, side by side'),
    comparison(run, against),
    element(
      'div',
      { class: 'columns' },
      column(run, run.name ?? 'This service', against),
      column(against, against.name ?? 'Against', run),
    ),
    command === undefined
      ? undefined
      : section('Play it again', element('pre', { tabindex: 0, 'aria-label': 'Command' }, command)),
  ];
}

/** Two runs that are compared have the same scales of times and values. */
function charts(run: Rehearsal, width: number, beside?: Rehearsal): Markup {
  const axis = timeAxis(Math.max(run.verdict.durationMs, beside?.verdict.durationMs ?? 0), width);
  return section('Timeline', podLanes(run, axis), legend(), loadCharts(run, axis, beside));
}

/** What the colours and the signs of the lanes mean. */
function legend(): Markup {
  const phases = ['starting', 'ready', 'not-ready', 'pre-stop', 'terminating'];
  const signs = ['signal', 'exit', 'killed', 'lost'];
  const item = (name: string): Markup =>
    element('li', { class: `sign-${name}` }, name === 'signal' ? 'SIGTERM' : name.replace('-', ' '));
  return element(
    'ul',
    { class: 'legend', 'aria-label': 'Legend' },
    [...phases, ...signs].map((name) => item(name)),
  );
}
