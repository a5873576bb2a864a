import { isRepeated, isTroubleOfStop, type MessageTrouble } from '../../messages/trouble.js';
import { type Inquiry } from '../../inquiry.js';
import { fatesIn, messageRule, nounIn } from './wording.js';

const ACKNOWLEDGE =
  'Keep the channel open until everything in hand is acknowledged: cancel the consumer, wait for the handlers, and only then close it.';
const KAFKA =
  'At SIGTERM: await consumer.disconnect(), which ends the message that runs, commits and leaves the group, and only then exit.';
const IDEMPOTENT =
  ' With Nest: GracefulShutdownModule.forRoot() does so.\nAnd let the work bear a repetition: a unique key for each message, written with its effect.';

/** The work was done, and the broker was not told: it gives the message to another pod. */
export const doneNotAcknowledged = messageRule({
  code: 'done-not-acknowledged',
  explains: (trouble, inquiry) => isRepeated(trouble) && trouble.fate !== 'cut' && isUnacknowledged(trouble, inquiry),
  describe: (troubles, inquiry) => {
    const stopped = troubles.filter((trouble) => isTroubleOfStop(trouble)).length;
    const closed = troubles.filter(({ delivery }) => delivery?.connectionEnd?.how === 'closed').length;
    return {
      title: `Work is done, and its ${nounIn(inquiry.scenario) === 'job' ? 'job is not completed' : 'message is not acknowledged'}`,
      evidence:
        `${fatesIn(troubles, inquiry)}. ${stopped} of them on a stopping pod` +
        `${closed === 0 ? '' : `, ${closed} because it had closed its channel or connection first`}.`,
      remedy: (inquiry.scenario.messages?.broker === 'kafka' ? KAFKA : ACKNOWLEDGE) + IDEMPOTENT,
    };
  },
});

function isUnacknowledged({ delivery }: MessageTrouble, _inquiry: Inquiry): boolean {
  return delivery !== undefined && delivery.needsAcknowledgement && delivery.settled === undefined;
}
