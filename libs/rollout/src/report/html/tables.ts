import { type Content, element, type Markup, section, table } from 'nestjs-lifecycle-shared';
import { type LostRequest, type PodSummary, type Verdict } from '../../verdict/verdict.js';
import { statusShown } from '../../ledger/request-record.js';
import { time } from '../../verdict/wording.js';
import { grouped } from '../headline.js';
import { fateRows, proofWords, TROUBLE_HEADS, troubleCells } from '../message-rows.js';
import { causeOf, throughOf } from '../workload-rows.js';

/** The most rows of a table; the JSON report has all of them. */
const MOST_ROWS = 250;
/** A longer table is folded. */
const MOST_OPEN = 25;

/** How long each pod took for what, of what it had. */
export function podTable({ pods }: Verdict): Markup {
  const head = [
    'Pod',
    'Revision',
    'Ready after',
    'preStop',
    'Stop',
    'Of its time',
    'Ended',
    'In flight then',
    'Its own phases',
  ];
  return section(
    'Pods',
    table(
      'Pods',
      head,
      pods.map((pod) => podRow(pod)),
    ),
  );
}

function podRow({ name, revision, readyAfterMs, stop, exit, inFlightAtExit, servicePhases }: PodSummary): Content[] {
  const own = servicePhases.map(({ phase, from, to }) => `${phase} ${time(to - from)}`);
  return [
    name,
    revision,
    readyAfterMs === undefined ? 'never' : time(readyAfterMs),
    stop === undefined || stop.preStopMs === 0 ? '–' : time(stop.preStopMs),
    stop === undefined ? '–' : time(stop.tookMs),
    stop === undefined ? '–' : share(stop),
    exit === undefined ? 'still runs' : ended(exit),
    inFlightAtExit > 0 ? element('strong', { class: 'bad' }, inFlightAtExit) : inFlightAtExit,
    own.join(', ') || '–',
  ];
}

function ended({ code, signal, isForced }: NonNullable<PodSummary['exit']>): Content {
  return isForced ? element('strong', { class: 'bad' }, 'killed') : (signal ?? `exit ${code}`);
}

/** A bar of the time it had, with the number beside it. */
function share({ tookMs, budgetMs }: NonNullable<PodSummary['stop']>): Content {
  const part = Math.min(1, tookMs / Math.max(budgetMs, 1));
  const bar = element(
    'svg',
    { class: part > 0.8 ? 'meter bad' : 'meter', viewBox: '0 0 60 8', 'aria-hidden': 'true' },
    element('rect', { class: 'track', width: 60, height: 8, rx: 4 }),
    element('rect', { class: 'fill', width: Math.max(60 * part, 3), height: 8, rx: 4 }),
  );
  return [bar, ` ${Math.round(part * 100)} % of ${time(budgetMs)}`];
}

/** When each stopping pod did what, beside what those in front of it knew. */
export function markTable({ pods }: Verdict): Markup | undefined {
  const stopped = pods.flatMap(({ name, marks, idleTimeoutMs }) =>
    marks === undefined ? [] : [{ name, marks, idleTimeoutMs }],
  );
  if (stopped.length === 0) return undefined;
  const head = [
    'Pod',
    'Readiness red',
    'First close',
    'Answers that ended old connections',
    'Unrouted',
    'Last connection',
    'Listener closed',
    'Exit',
    'Idle timeout',
  ];
  const at = (ms: number | undefined): string => (ms === undefined ? '–' : time(ms));
  const rows = stopped.map(({ name, marks, idleTimeoutMs }): Content[] => [
    name,
    at(marks.readinessRedMs),
    at(marks.firstCloseMs),
    `${marks.answersOnOld.ended} of ${marks.answersOnOld.all}`,
    at(marks.unroutedMs),
    at(marks.lastConnectMs),
    at(marks.listenerClosedMs),
    at(marks.exitMs),
    at(idleTimeoutMs),
  ]);
  return section('After SIGTERM', table('After SIGTERM', head, rows));
}

/** Every lost request. */
export function lossTable({ lost }: Verdict): Markup | undefined {
  if (lost.length === 0) return undefined;
  const head = ['Request', 'Kind', 'Sent at', 'Fate', 'Pod', 'Phase', 'After SIGTERM', 'Cause', 'Detail'];
  const summary = `${grouped(lost.length)} in the order they were sent`;
  return section('Lost requests', folded({ title: 'Lost requests', summary, head }, lost, lossRow));
}

/** A table that is open where it is short, and ends where it is very long. */
function folded<Item>(
  { title, summary, head }: { readonly title: string; readonly summary: string; readonly head: readonly string[] },
  items: readonly Item[],
  rowOf: (item: Item) => Content[],
): Markup {
  const rest = items.length - MOST_ROWS;
  return element(
    'details',
    items.length <= MOST_OPEN ? { open: '' } : {},
    element('summary', {}, summary),
    table(
      title,
      head,
      items.slice(0, MOST_ROWS).map((item) => rowOf(item)),
    ),
    rest > 0 ? element('p', { class: 'meta' }, `and ${grouped(rest)} more; the JSON report has them all.`) : undefined,
  );
}

function lossRow(loss: LostRequest): Content[] {
  const { record, fate, pod, phase, sinceSignalMs } = loss;
  return [
    record.id,
    record.kind,
    time(record.sentAt),
    record.status === undefined ? fate : `${fate} ${statusShown(record)}`,
    pod ?? '–',
    phase ?? '–',
    sinceSignalMs === undefined ? '–' : time(sinceSignalMs),
    element('span', { class: 'cause' }, causeOf(loss)),
    element('span', { class: 'detail' }, (throughOf(loss) ?? record.detail ?? '').slice(0, 200)),
  ];
}

/** What became of messages or jobs, and all that were not handled exactly once. */
export function messageTables({ messages }: Verdict): Markup | undefined {
  if (messages === undefined || messages.sent === 0) return undefined;
  const { troubled, noun, queue } = messages;
  const title = `${noun === 'job' ? 'Jobs' : 'Messages'} of ${queue}`;
  const fates = fateRows(messages).map(({ words, number, isBad }): Content[] => [
    words,
    isBad ? element('strong', { class: 'bad' }, grouped(number)) : grouped(number),
  ]);
  const summary = `${grouped(troubled.length)} not handled exactly once`;
  return section(
    title,
    element('p', { class: 'meta' }, `That one was handled is ${proofWords(messages)}.`),
    table(title, ['Fate', 'How many'], fates),
    troubled.length === 0
      ? undefined
      : folded({ title: 'Not handled exactly once', summary, head: TROUBLE_HEADS }, troubled, troubleCells),
  );
}
