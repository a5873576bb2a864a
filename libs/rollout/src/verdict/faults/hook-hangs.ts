import { type FaultRule, isAfterSignal, ofStop } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { NOTICE_MS, type PodFacts } from '../pod-facts.js';
import { inFlightAtExit } from '../stop-kind.js';
import { count, mostFrequent, time } from '../wording.js';

/** The service began to stop, and did not end although no request kept it: something it waits for never comes. */
export const hookHangs: FaultRule = {
  code: 'hook-hangs',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    inquiry.stopOf(loss.pod) === 'hung' &&
    isAfterSignal(loss) &&
    (loss.manner === 'timeout' || (loss.manner === 'reset' && isAtKill(loss, loss.pod))),
  explainsMessage: ofStop('hung'),
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
        `${pods.map(({ name }) => name).join(', ')} noticed SIGTERM, ${whatItDid(pods, inquiry)}, and had to be killed ` +
        `${time(first.signal?.remainingMs ?? 0)} later; ${count(losses.length, 'request')} lost.` +
        `${phase === undefined ? '' : ` Its last phase was ${phase}.`}${line === undefined ? '' : ` Its last line: ${line}`}`,
      remedy:
        'Give every step of the shutdown a time limit, and end the process when it is over:\nsetTimeout(() => process.exit(1), 10_000).unref();',
      pods,
    };
  },
};

/** What such a pod still had in its hands at the end, it had got as if there were none: it was not what it waited for. */
function whatItDid(pods: readonly PodFacts[], { work }: Inquiry): string {
  const held = pods.reduce((sum, pod) => sum + inFlightAtExit(pod, work).length, 0);
  if (held === 0) return 'waited for no request';
  return `went on taking requests to the end (${held} in flight then)`;
}

/** What was cut long before SIGKILL has another reason. */
function isAtKill({ record }: Loss, { signal }: PodFacts): boolean {
  return signal !== undefined && record.endedAt >= signal.at + signal.remainingMs - NOTICE_MS;
}

function lastLine({ logs, signal }: PodFacts): string | undefined {
  return logs.findLast(({ at }) => at >= (signal?.at ?? 0))?.line;
}
