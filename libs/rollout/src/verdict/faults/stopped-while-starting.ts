import { livenessRestarts } from '../absence.js';
import { type FaultRule, isAfterSignal, ofStop } from '../fault-rule.js';
import { count, time } from '../wording.js';

/**
 * SIGTERM came before the service had a handler for it: as pid 1 a program that has not installed its handler yet drops the signal, starts as
 * if nothing had been, and is killed when its grace is over. Mostly it never gets a request, and so it loses none: it only takes its
 * time. Where no other pod is ready it may still get some.
 */
export const stoppedWhileStarting: FaultRule = {
  code: 'stopped-while-starting',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    inquiry.stopOf(loss.pod) === 'still-starting' &&
    livenessRestarts(loss.pod).length === 0 &&
    isAfterSignal(loss),
  explainsMessage: ofStop('still-starting'),
  describe: (losses, inquiry) => {
    const pods = inquiry.stopped('still-starting').filter((pod) => livenessRestarts(pod).length === 0);
    const [first] = pods;
    if (first === undefined) return undefined;
    return {
      severity: losses.length > 0 ? 'error' : 'warning',
      title: 'SIGTERM came while the service was still starting, and was not heard',
      evidence:
        `${count(pods.length, 'pod')} had not been ready yet when SIGTERM came, as after a rollback, and had to be killed ` +
        `${time(first.signal?.remainingMs ?? 0)} later; ` +
        (losses.length > 0
          ? `${count(losses.length, 'request')} lost by it.`
          : 'nothing was lost by it: no request was routed there.'),
      remedy:
        'Start the container with an init program, which passes the signal on so that it ends a process without a handler:\nENTRYPOINT ["tini", "--"]\nCMD ["node", "dist/main.js"]',
      pods,
    };
  },
};
