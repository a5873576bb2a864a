import { type PodSummary, type StopMarks } from '../verdict/verdict.js';
import { seconds } from './headline.js';
import { singleLine } from './plain-text.js';
import { padded, wrapped } from './wrapped-text.js';

/** When each stopping pod did what, with what those in front of it knew at the end. */
export function markLines(pods: readonly PodSummary[], columns: number): string[] {
  return pods.flatMap(({ name, marks, idleTimeoutMs }) => {
    if (marks === undefined) return [];
    const [first = '', ...rest] = wrapped(markTexts(marks, idleTimeoutMs).join(', '), columns - INDENT);
    return [`  ${padded(singleLine(name), INDENT - 2)}${first}`, ...rest.map((line) => ' '.repeat(INDENT) + line)];
  });
}

const INDENT = 26;

/** The marks in the order in which a good stop makes them. */
export function markTexts(marks: StopMarks, idleTimeoutMs: number | undefined): string[] {
  const { firstCloseMs, answersOnOld, unroutedMs, lastConnectMs, listenerClosedMs, exitMs } = marks;
  const at = (what: string, ms: number | undefined): string[] => (ms === undefined ? [] : [`${what} ${seconds(ms)}`]);
  return [
    ...readinessText(marks),
    ...at('first close', firstCloseMs),
    ...(answersOnOld.all === 0
      ? []
      : [`${answersOnOld.ended} of ${answersOnOld.all} answers on old connections ended them`]),
    ...at('unrouted', unroutedMs),
    ...at('last connection', lastConnectMs),
    ...at('listener closed', listenerClosedMs),
    ...at('exit', exitMs),
    ...at('idle connections closed after', idleTimeoutMs),
  ];
}

/** Nothing of a pod that ended before anybody asked, or that has no readiness probe. */
function readinessText({ isReadinessAsked, readinessRedMs }: StopMarks): string[] {
  if (readinessRedMs !== undefined) return [`readiness red ${seconds(readinessRedMs)}`];
  return isReadinessAsked ? ['readiness never red'] : [];
}
