import { type FaultRule, isAfterSignal, ofStop } from '../fault-rule.js';
import { endedBySignalAtOnce } from '../stop-kind.js';
import { time, were } from '../wording.js';
import { handlerFor } from './ignores-sigterm.js';

/** The service has no handler of SIGTERM: the signal ends it at once, with everything in its hands. */
export const noSignalHandling: FaultRule = {
  code: 'no-signal-handling',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    loss.manner !== 'server-error' &&
    isAfterSignal(loss) &&
    inquiry.stopped('died-at-once').length > 0 &&
    // The same service may have had nothing in its hands on another pod; it went the same way.
    endedBySignalAtOnce(loss.pod),
  explainsMessage: ofStop('died-at-once'),
  describe: (losses, inquiry) => {
    const died = inquiry.stopped('died-at-once');
    if (died.length === 0) return undefined;
    const took = Math.max(...died.map(({ signal, exit }) => (exit?.at ?? 0) - (signal?.at ?? 0)));
    const cut = losses.filter(({ manner }) => manner === 'reset').length;
    const cost = `: ${were(cut, 'request')} cut while it worked on ${cut === 1 ? 'it' : 'them'}, and ${losses.length - cut} came after it had gone.`;
    return {
      severity: 'error',
      title: 'The service does not handle SIGTERM',
      evidence:
        `It ended within ${time(took)} of SIGTERM, by the signal itself, on ${died.map(({ name }) => name).join(', ')}` +
        (inquiry.records.length === 0 ? '.' : cost),
      remedy: handlerFor(inquiry),
      pods: died,
    };
  },
};
