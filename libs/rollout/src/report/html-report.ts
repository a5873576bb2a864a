import { createHash } from 'node:crypto';
import { type Rehearsal } from '../verdict/verdict.js';
import { comparison } from './html/comparison.js';
import { type Content, element, Markup, render } from './html/element.js';
import { inFlightChart, latencyChart, readyChart } from './html/load-charts.js';
import { podLanes } from './html/pod-lanes.js';
import { banner, faultCards, notes, section, settings, tiles } from './html/sections.js';
import { STYLE } from './html/style.js';
import { lossTable, podTable } from './html/tables.js';
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

/** One page that needs nothing but itself: no script, no request, and a policy that allows neither. */
export function htmlReport({ run, against, command }: ReportInput): string {
  const body = against === undefined ? single(run, command) : double(run, against, command);
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const page = element(
    'html',
    { lang: 'en' },
    element(
      'head',
      {},
      element('meta', { charset: 'utf-8' }),
      element('meta', {
        'http-equiv': 'Content-Security-Policy',
        content: `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
      }),
      element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      element('meta', { name: 'color-scheme', content: 'light dark' }),
      element('title', {}, `${headline(run.verdict)} – rolling update rehearsal`),
      STYLE_ELEMENT,
    ),
    element('body', {}, element('main', {}, body)),
  );
  return `<!doctype html>\n${render(page)}\n`;
}

/** The only text on the page that is not escaped: it is ours, and its hash is in the policy. */
const STYLE_ELEMENT = element('style', {}, new Markup(STYLE));

function single(run: Rehearsal, command: string | undefined): Content {
  return [
    banner(run),
    tiles(run.verdict),
    faultCards(run.verdict),
    charts(run, WIDTH),
    podTable(run.verdict),
    lossTable(run.verdict),
    notes(run.verdict),
    settings(run, command),
  ];
}

function double(run: Rehearsal, against: Rehearsal, command: string | undefined): Content {
  const column = (rehearsal: Rehearsal, name: string): Markup =>
    element(
      'div',
      { class: 'column' },
      banner(rehearsal, name),
      charts(rehearsal, HALF_WIDTH),
      faultCards(rehearsal.verdict),
      podTable(rehearsal.verdict),
      lossTable(rehearsal.verdict),
      notes(rehearsal.verdict),
      settings(rehearsal, undefined),
    );
  return [
    element('h1', { class: 'title' }, 'Two rolling updates, side by side'),
    comparison(run, against),
    element('div', { class: 'columns' }, column(run, 'This service'), column(against, 'Against')),
    command === undefined
      ? undefined
      : section('Play it again', element('pre', { tabindex: 0, 'aria-label': 'Command' }, command)),
  ];
}

function charts(run: Rehearsal, width: number): Markup {
  const axis = timeAxis(run.verdict.durationMs, width);
  return section(
    'Timeline',
    podLanes(run, axis),
    legend(),
    readyChart(run, axis),
    inFlightChart(run, axis),
    latencyChart(run, axis),
  );
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
