import { absenceOf, isDownByCrash } from '../absence.js';
import { errorLineOf, linesOfErrors } from '../error-line.js';
import { type FaultRule } from '../fault-rule.js';
import { NOTICE_MS, type PodFacts } from '../pod-facts.js';
import { count, time } from '../wording.js';

/** A process ended by itself, before any signal: what was in its hands is lost, and so is what finds no pod until it is back. */
export const crashed: FaultRule = {
  code: 'crashed',
  explains: ({ pod, at, manner, attempt }, { pods }) => {
    if (manner === 'server-error') return false;
    if (attempt === undefined) return pods.some((one) => absenceOf(one, at) === 'crashed');
    return pod !== undefined && isDownByCrash(pod, at);
  },
  explainsMessage: ({ fate, pod, at }) => fate !== 'failed' && pod !== undefined && isDownByCrash(pod, at),
  describe: (losses, { pods }) => {
    const crashed = pods.filter(({ crashes }) => crashes.length > 0);
    if (crashed.length === 0) return undefined;
    const said = errorLineOf(crashed.flatMap((pod) => lastWords(pod)));
    const unserved = losses.filter(({ attempt }) => attempt === undefined).length;
    return {
      severity: 'error',
      title: 'The service ended by itself',
      evidence:
        `No signal had been sent: ${endsOf(crashed)}.` +
        (unserved === 0 ? '' : ` ${count(unserved, 'request')} found no pod at all until it was back.`) +
        (said === undefined ? '' : ` It said: ${said}`),
      remedy:
        'Start the service by hand with the same command and environment, and read what it prints before it ends.',
      pods: crashed,
    };
  },
};

/** So many ends are listed one by one. */
const MOST_ENDS = 6;

function endsOf(crashed: readonly PodFacts[]): string {
  const ends = crashed.flatMap(({ name, crashes }) =>
    crashes.map(({ at, code, signal }) => `${name} at ${time(at)} with ${signal ?? `exit code ${code}`}`),
  );
  const more = ends.length - MOST_ENDS;
  return [...ends.slice(0, MOST_ENDS), ...(more > 0 ? [`${more} more times`] : [])].join('; ');
}

/** What a container printed until its first crash: later ones say the same again. */
function lastWords({ logs, crashes }: PodFacts): string[] {
  const until = (crashes[0]?.at ?? 0) + NOTICE_MS;
  return linesOfErrors(
    logs.filter(({ at }) => at <= until),
    LAST_LINES,
  );
}

/** What is read of a program that prints its errors to standard output. */
const LAST_LINES = 20;
