import { crashInStop, isOfCrash } from '../crash-in-stop.js';
import { type FaultRule, isAfterSignal } from '../fault-rule.js';
import { isTroubleOfStop } from '../messages/trouble.js';
import { count, mostFrequent, span, were } from '../wording.js';

/** An error that nothing caught ended the process after SIGTERM: what it had in its hands is lost, and so is what still came. */
export const crashesWhileStopping: FaultRule = {
  code: 'crashes-while-stopping',
  explains: (loss) =>
    loss.pod !== undefined && loss.manner !== 'server-error' && isAfterSignal(loss) && isOfCrash(loss.pod, loss.at),
  explainsMessage: (trouble) =>
    trouble.pod !== undefined &&
    trouble.fate !== 'failed' &&
    isTroubleOfStop(trouble) &&
    isOfCrash(trouble.pod, trouble.at),
  describe: (losses, { pods }) => {
    const crashes = pods.flatMap((pod) => {
      const crash = crashInStop(pod);
      return crash === undefined ? [] : [{ pod, crash }];
    });
    if (crashes.length === 0) return undefined;
    const after = crashes.map(({ pod, crash }) => crash.at - (pod.signal?.at ?? crash.at));
    const codes = new Set(crashes.map(({ pod: { exit } }) => exit?.signal ?? `exit code ${exit?.code}`));
    const said = mostFrequent(crashes.map(({ crash }) => crash.said));
    return {
      severity: 'error',
      title: 'The service crashes on its way out',
      evidence:
        `An error that nothing caught ended ${count(crashes.length, 'pod')} ${span(after)} after SIGTERM (${[...codes].join(', ')}), ` +
        `and ${were(losses.length, 'request')} lost by it.${said === undefined ? '' : ` It said: ${said}`}`,
      remedy:
        'Repair what throws, and have one step of the stop that fails not end the others: try and catch in the handler of SIGTERM, and await every promise in it.',
      pods: crashes.map(({ pod }) => pod),
    };
  },
};
