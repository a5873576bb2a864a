import { type FaultRule, isAfterSignal, ofStop } from '../fault-rule.js';
import { serviceOf } from '../inquiry.js';
import { hasNoticed, wrapperOf } from '../stop-kind.js';
import { count, were } from '../wording.js';

/** npm, yarn, pnpm or a shell is the container's first process, and keeps the signal to itself. */
export const signalNotForwarded: FaultRule = {
  code: 'signal-not-forwarded',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    isAfterSignal(loss) &&
    // The same service may have had nothing in its hands on another pod.
    inquiry.stopped('not-forwarded').length > 0 &&
    !hasNoticed(loss.pod) &&
    wrapperOf(serviceOf(loss.pod, inquiry.scenario).command) !== undefined,
  explainsMessage: ofStop('not-forwarded'),
  describe: (losses, inquiry) => {
    const pods = inquiry.stopped('not-forwarded');
    const [first] = pods;
    if (first === undefined) return undefined;
    const { command } = serviceOf(first, inquiry.scenario);
    const killed = pods.filter(({ exit }) => exit?.isKilledByKubelet === true).length;
    const wrapper = wrapperOf(command) ?? 'wrapper';
    return {
      severity: 'error',
      title: `SIGTERM reaches ${wrapper}, not the service`,
      evidence:
        `The container's first process is \`${command.join(' ')}\`. SIGTERM went to ${wrapper}; the service never noticed it on ` +
        `${pods.length} of ${count(inquiry.pods.filter(({ signal }) => signal !== undefined).length, 'stopped pod')}; ` +
        `${were(killed, 'pod')} killed by SIGKILL, and ${were(losses.length, 'request')} lost.`,
      remedy: 'command: ["node", "dist/main.js"]   # the service itself; in a shell script: exec node dist/main.js',
      pods,
    };
  },
};
