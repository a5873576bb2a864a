import { styleText } from 'node:util';
import { inert } from 'nestjs-lifecycle-shared';
import { type Fault, type LostRequest, type PodSummary, type Rehearsal, type Verdict } from '../verdict/verdict.js';
import { shortened, time } from '../verdict/wording.js';
import { chaosLines } from './chaos-lines.js';
import { nameOf, comparedFaults } from './comparison-lines.js';
import { costOf, type Figure, figures, grouped, headline, outcomeOf } from './headline.js';
import { markLines } from './mark-lines.js';
import { fateRows, FATE_WORDS, proofWords } from './message-rows.js';
import { phaseLines } from './phase-lines.js';
import { singleLine, visible } from './plain-text.js';
import { callRows, causeOf, throughOf, titleOf, workloadRows } from './workload-rows.js';
import { padded, wrapped } from './wrapped-text.js';

/** How a report for a terminal looks. */
export interface TextOptions {
  /** Columns of the terminal; 80 where there is none. */
  readonly width?: number;
  readonly colours?: boolean;
  /** A second run to compare with. */
  readonly against?: Rehearsal | undefined;
}

/** Lines of lost requests are shown up to this; the other reports have them all. */
const MOST_LOST = 10;

type Colour = 'red' | 'green' | 'yellow' | 'bold' | 'dim';

/** A text in a colour. */
type Paint = (colour: Colour, text: string) => string;

/** The verdict for a terminal. */
export function textReport(run: Rehearsal, { width = 80, colours = false, against }: TextOptions = {}): string {
  const { verdict, events } = run;
  const columns = Math.max(40, Math.min(width, 120));
  const paint: Paint = (colour, text) => (colours ? styleText(colour, text, { validateStream: false }) : text);
  const sign = signOf(verdict, paint);
  const parts = [
    [
      `${sign} ${paint('bold', headline(verdict))}  ${paint('dim', `(seed ${verdict.seed}, ${time(verdict.durationMs)})`)}`,
    ],
    against === undefined ? [] : columnLines(run, against, columns),
    figureLines(verdict, paint, against?.verdict),
    against === undefined ? [] : comparedLines(run, against, paint),
    titled(paint('bold', 'Workloads'), workloadLines(run, paint)),
    ...verdict.faults.map((fault) => faultLines(fault, paint, columns)),
    titled(
      paint('bold', 'Chaos'),
      chaosLines(events).map((line) => `  ${line}`),
    ),
    podLines(verdict.pods, paint),
    titled(paint('bold', 'After SIGTERM'), markLines(verdict.pods, columns)),
    titled(paint('bold', 'Longest phases of a stop'), phaseLines(verdict.pods)),
    lostLines(run, paint, columns),
    messageSection(verdict, paint, columns),
    verdict.notes.flatMap((note) => wrapped(`Note: ${singleLine(note)}`, columns)),
  ];
  const text = parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
  // Only now is it known what a line begins with: an answer of the service is broken anywhere.
  return `${inert(text)}\n`;
}

function signOf(verdict: Verdict, paint: Paint): string {
  const signs = { clean: ['green', '✓'], accepted: ['yellow', '!'], failed: ['red', '✕'] } as const;
  const [colour, sign] = signs[outcomeOf(verdict)];
  return paint(colour, sign);
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

/** Which column is which. */
function columnLines(run: Rehearsal, against: Rehearsal, columns: number): string[] {
  return [`This:    ${nameOf(run)}`, `Against: ${nameOf(against)}`].map((line) => singleLine(line).slice(0, columns));
}

function comparedLines(run: Rehearsal, against: Rehearsal, paint: Paint): string[] {
  const value = (text: string, width: number): string =>
    text === '–' ? padded(text, width) : paint('red', padded(text, width));
  return titled(
    paint('bold', 'Faults side by side'),
    comparedFaults(run, against).map(
      ({ code, here, there }) => `  ${padded(code, 30)}${value(here, 16)}against  ${value(there, 0).trimEnd()}`,
    ),
  );
}

function figureLines(verdict: Verdict, paint: Paint, against: Verdict | undefined): string[] {
  const others = against === undefined ? [] : figures(against);
  const value = ({ value, isBad }: Figure, width: number): string => {
    const text = width > 0 ? padded(value, width) : value;
    return isBad ? paint('red', text) : text;
  };
  return figures(verdict).map((figure, index) => {
    const other = others[index];
    const name = `  ${padded(figure.name, 22)}`;
    return other === undefined
      ? `${name}${value(figure, 0)}`
      : `${name}${value(figure, 24)}against  ${value(other, 0)}`;
  });
}

function faultLines(fault: Fault, paint: Paint, columns: number): string[] {
  const { code, severity, evidence, remedy } = fault;
  const colour = severity === 'error' ? 'red' : 'yellow';
  return [
    `${paint(colour, severity === 'error' ? '✕' : '!')} ${paint('bold', titleOf(fault))}  ${paint('dim', `${code}${costOf(fault)}`)}`,
    ...wrapped(singleLine(evidence), columns - 2).map((line) => `  ${line}`),
    ...visible(remedy)
      .split('\n')
      .map((line) => `    ${paint('green', line)}`),
  ];
}

function workloadLines(run: Rehearsal, paint: Paint): string[] {
  return [
    ...workloadRows(run).map(
      ({ name, act, requests, faults }) =>
        `  ${padded(visible(name), 24)}${padded(act, 20)}${requests === '–' ? '' : `${requests}, `}${faults}`,
    ),
    ...callRows(run).map(({ way, lost, p99, isBad }) => {
      const text = `${lost}, p99 ${p99}`;
      return `  ${padded(visible(way), 24)}${isBad ? paint('red', text) : text}`;
    }),
  ];
}

function podLines(pods: readonly PodSummary[], paint: Paint): string[] {
  return titled(
    paint('bold', 'Stops'),
    pods.flatMap((pod) => (pod.exit === undefined ? [] : [podLine(pod, pod.stop, paint)])),
  );
}

function podLine({ name, exit, inFlightAtExit }: PodSummary, stop: PodSummary['stop'], paint: Paint): string {
  const took = stop === undefined ? 'without SIGTERM' : `${time(stop.tookMs)} of ${time(stop.budgetMs)}`;
  const end = exit?.isForced === true ? paint('red', 'killed') : (exit?.signal ?? `exit ${exit?.code}`);
  const cut = inFlightAtExit > 0 ? paint('red', `, ${inFlightAtExit} in flight`) : '';
  return `  ${padded(visible(name), 24)}${padded(took, 20)}${end}${cut}`;
}

function lostLines({ verdict: { lost }, scenario }: Rehearsal, paint: Paint, columns: number): string[] {
  const rest = lost.length - MOST_LOST;
  return titled(paint('bold', 'Lost'), [
    ...lost.slice(0, MOST_LOST).map((loss) => lostLine(loss, columns, scenario.cluster === undefined)),
    ...(rest > 0 ? [`  and ${grouped(rest)} more`] : []),
  ]);
}

/** Its cause is never what is left out. On a real cluster no request is tied to a pod. */
function lostLine(loss: LostRequest, columns: number, isTied: boolean): string {
  const { record, fate, pod, sinceSignalMs } = loss;
  const cause = causeOf(loss);
  const through = throughOf(loss);
  const since = sinceSignalMs === undefined ? '' : `, ${time(sinceSignalMs)} after SIGTERM`;
  const what = singleLine(
    `  ${padded(time(record.sentAt), 9)}${record.kind}: ${fate}${isTied ? ` on ${pod ?? 'no pod'}` : ''}${since}${through === undefined ? '' : `, ${through}`}`,
    true,
  );
  return `${shortened(what, columns - cause.length - 3)} – ${cause}`;
}

/** What became of messages or jobs, and those that were not handled exactly once. */
function messageSection({ messages }: Verdict, paint: Paint, columns: number): string[] {
  if (messages === undefined || messages.sent === 0) return [];
  const rest = messages.troubled.length - MOST_LOST;
  const title = `${messages.noun === 'job' ? 'Jobs' : 'Messages'} of ${visible(messages.queue)}, ${proofWords(messages)}`;
  return titled(paint('bold', title), [
    ...fateRows(messages).map(({ words, number, isBad }) => {
      const text = `${padded(words, 30)}${grouped(number)}`;
      return `  ${isBad ? paint('red', text) : text}`;
    }),
    ...messages.troubled.slice(0, MOST_LOST).map(({ id, fate, at, pod, sinceSignalMs, cause }) => {
      const since = sinceSignalMs === undefined ? '' : `, ${time(sinceSignalMs)} after SIGTERM`;
      const what = singleLine(`  ${padded(time(at), 9)}${id}: ${FATE_WORDS[fate]} on ${pod ?? 'no pod'}${since}`, true);
      return `${shortened(what, columns - cause.length - 3)} – ${cause}`;
    }),
    ...(rest > 0 ? [`  and ${grouped(rest)} more`] : []),
  ]);
}
