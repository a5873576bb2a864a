import { crashInStop } from '../crash-in-stop.js';
import { errorLineOf, linesOfErrors } from '../error-line.js';
import { explainsNothing, type FaultRule } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type PodFacts } from '../pod-facts.js';
import { hasNoticed } from '../stop-kind.js';
import { count, mostFrequent } from '../wording.js';

/** 128 and the number of SIGTERM: what a shell or a service says of an end by that signal. */
const ENDED_BY_SIGTERM = 143;

/** A stop that lost no request here and says itself that it went wrong, by an exit code other than 0. */
export const failedExit: FaultRule = {
  code: 'failed-exit',
  explains: explainsNothing,
  describe: (_losses, inquiry) => {
    const failed = inquiry.stopped('clean').filter((pod) => saysFailure(pod) && !isOtherFault(pod, inquiry));
    if (failed.length === 0) return undefined;
    const codes = [...new Set(failed.map(({ exit }) => exit?.code))].join(', ');
    const said = mostFrequent(failed.map((pod) => errorLineOf(linesOfStop(pod))));
    return {
      severity: 'error',
      title: 'The service ends its stop with an exit code that says it failed',
      evidence:
        `${count(failed.length, 'pod')} of ${count(stoppedPods(inquiry), 'stopped pod')} ended with exit code ${codes} after SIGTERM, ` +
        `with no request in hand.${said === undefined ? '' : ` It said: ${said}`}`,
      remedy:
        'Repair what the service says has failed: it did not finish its stop. If nothing has, end with 0: process.exitCode = 0.',
      pods: failed,
    };
  },
};

function saysFailure({ exit, chaos }: PodFacts): boolean {
  const wasForced = chaos.some((event) => event.chaos === 'second-signal' || event.chaos === 'kill');
  return !wasForced && typeof exit?.code === 'number' && exit.code !== 0 && exit.code !== ENDED_BY_SIGTERM;
}

/** An error that nothing caught, and the code of a wrapper whose service had never heard of the signal, are told by their own rules. */
function isOtherFault(pod: PodFacts, inquiry: Inquiry): boolean {
  return crashInStop(pod) !== undefined || (inquiry.stopped('not-forwarded').length > 0 && !hasNoticed(pod));
}

function stoppedPods({ pods }: Inquiry): number {
  return pods.filter(({ signal, exit }) => signal !== undefined && exit !== undefined).length;
}

function linesOfStop({ logs, signal }: PodFacts): string[] {
  return linesOfErrors(logs.filter(({ at }) => at >= (signal?.at ?? Infinity)));
}
