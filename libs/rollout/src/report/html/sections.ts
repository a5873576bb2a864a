import { element, type Markup, section, table } from 'nestjs-lifecycle-shared';
import { type Scenario } from '../../scenario/scenario.js';
import { type Fault, type Rehearsal, type Verdict } from '../../verdict/verdict.js';
import { count, time } from '../../verdict/wording.js';
import { costOf, figures, headline, outcomeOf } from '../headline.js';
import { settingsShown } from '../settings-shown.js';
import { callRows, playedOf, titleOf, workloadRows } from '../workload-rows.js';

const LOOKS = { clean: 'good', accepted: 'accepted', failed: 'bad' } as const;
const SIGNS = { clean: '✓', accepted: '!', failed: '✕' } as const;

/** The verdict in a sentence, large. */
export function banner(run: Rehearsal, name?: string): Markup {
  const { verdict } = run;
  const outcome = outcomeOf(verdict);
  const details = [`seed ${verdict.seed}`, time(verdict.durationMs), playedOf(run)];
  return element(
    'div',
    { class: `banner ${LOOKS[outcome]}` },
    element('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[outcome]),
    element(
      'div',
      {},
      name === undefined ? undefined : element('p', { class: 'run' }, name),
      element(name === undefined ? 'h1' : 'h2', {}, headline(verdict)),
      element('p', { class: 'meta' }, details.join(' · ')),
    ),
  );
}

/** What one wants to see at a glance. */
export function tiles(verdict: Verdict): Markup {
  const tile = ({ name, value, isBad }: ReturnType<typeof figures>[number]): Markup =>
    element('div', { class: isBad ? 'tile bad' : 'tile' }, element('dt', {}, name), element('dd', {}, value));
  return element('dl', { class: 'tiles' }, figures(verdict).map(tile));
}

/** Every fault with what to do about it. */
export function faultCards({ faults }: Verdict): Markup | undefined {
  if (faults.length === 0) return undefined;
  return section(
    faults.some(({ severity }) => severity === 'error') ? 'What went wrong, and what to do' : 'Warnings',
    faults.map((fault) => faultCard(fault)),
  );
}

function faultCard(fault: Fault): Markup {
  const { code, severity, evidence, remedy, pods, lost } = fault;
  const said = [
    `${code}${costOf({ ...fault, lost: 0 })}`,
    ...(pods.length > 0 ? [pods.length > 3 ? count(pods.length, 'pod') : pods.join(', ')] : []),
  ];
  return element(
    'article',
    { class: `fault ${severity}` },
    element(
      'header',
      {},
      element('h3', {}, titleOf(fault)),
      element('span', { class: 'chip' }, lost > 0 ? `${lost} lost` : severity),
    ),
    element('p', {}, evidence),
    element('pre', { tabindex: 0, 'aria-label': `Remedy for ${code}` }, remedy),
    element('p', { class: 'meta' }, said.join(' · ')),
  );
}

/** What cannot be trusted, and what was left out. */
export function notes({ notes }: Verdict): Markup | undefined {
  if (notes.length === 0) return undefined;
  return section(
    'Notes',
    element(
      'ul',
      {},
      notes.map((note) => element('li', {}, note)),
    ),
  );
}

/** What was played, and how to play it again. */
export function settings({ scenario, workloads }: Rehearsal, command: string | undefined): Markup {
  const lists = workloads?.map((one) => [element('h3', {}, one.name), settingList(one.scenario)]);
  return section(
    'What was played',
    lists ?? settingList(scenario),
    command === undefined
      ? undefined
      : [element('h3', {}, 'Play it again'), element('pre', { tabindex: 0, 'aria-label': 'Command' }, command)],
  );
}

function settingList(scenario: Scenario): Markup {
  return element(
    'dl',
    { class: 'settings' },
    settingsShown(scenario).map(([name, value]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, value)),
    ),
  );
}

/** What became of each of several workloads, and of the calls between them. */
export function workloadTables(run: Rehearsal): Markup | undefined {
  const rows = workloadRows(run).map(({ name, act, requests, faults }) => [name, act, requests, faults]);
  if (rows.length === 0) return undefined;
  const calls = callRows(run).map(({ way, lost, p99, isBad }) => [
    way,
    isBad ? element('strong', { class: 'bad' }, lost) : lost,
    p99,
  ]);
  return section(
    'Workloads',
    table('Workloads', ['Workload', 'What was done', 'Load', 'Faults'], rows),
    calls.length === 0 ? undefined : table('Calls between them', ['Calls', 'Lost', 'p99'], calls),
  );
}
