import { type FaultRule, isAfterSignal } from '../fault-rule.js';
import { type Loss } from '../loss.js';
import { NOTICE_MS, type PodFacts } from '../pod-facts.js';
import { count, mostFrequent, time } from '../wording.js';

/** The service began to stop, waited for no request, and did not end: something it waits for never comes. */
export const hookHangs: FaultRule = {
  code: 'hook-hangs',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    inquiry.stopOf(loss.pod) === 'hung' &&
    isAfterSignal(loss) &&
    (loss.manner === 'timeout' || (loss.manner === 'reset' && isAtKill(loss, loss.pod))),
  describe: (losses, inquiry) => {
    const pods = inquiry.stopped('hung');
    const [first] = pods;
    if (first === undefined) return undefined;
    const phase = mostFrequent(pods.map(({ servicePhases }) => servicePhases.at(-1)?.phase));
    const line = mostFrequent(pods.map((pod) => lastLine(pod)));
    return {
      severity: 'error',
      title: 'The service hangs on its way out',
      evidence:
        `${pods.map(({ name }) => name).join(', ')} noticed SIGTERM, waited for no request, and had to be killed ` +
        `${time(first.signal?.remainingMs ?? 0)} later; ${count(losses.length, 'request')} lost.` +
        `${phase === undefined ? '' : ` Its last phase was ${phase}.`}${line === undefined ? '' : ` Its last line: ${line}`}`,
      remedy:
        'Give every step of the shutdown a time limit, and end the process when it is over:\nsetTimeout(() => process.exit(1), 10_000).unref();',
      pods,
    };
  },
};

/** What was cut long before SIGKILL has another reason. */
function isAtKill({ record }: Loss, { signal }: PodFacts): boolean {
  return signal !== undefined && record.endedAt >= signal.at + signal.remainingMs - NOTICE_MS;
}

function lastLine({ logs, signal }: PodFacts): string | undefined {
  return logs.findLast(({ at }) => at >= (signal?.at ?? 0))?.line;
}
