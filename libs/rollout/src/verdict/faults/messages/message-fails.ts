import { isTroubleOfStop } from '../../messages/trouble.js';
import { mostFrequent } from '../../wording.js';
import { countSent, messageRule, wereSent } from './wording.js';

/** Handlers fail where no pod stops: the message or the service is wrong. */
export const messageFails = messageRule({
  code: 'message-fails',
  explains: (trouble, inquiry) =>
    trouble.fate === 'failed' && (!isTroubleOfStop(trouble) || failsAnyway(inquiry.troubles)),
  describe: (troubles, inquiry) => ({
    title: 'Handlers fail, with a stop no more often than without',
    evidence:
      `${wereSent(troubles.length, inquiry)} failed, of ${countSent(inquiry.stories.length, inquiry)}.` +
      saidBy(troubles),
    remedy:
      'Send one of these by hand, and read the log. Correct the message (--message, --message-pattern), or repair the handler.',
  }),
});

/** A stopping pod's handlers fail: what they need is closed before they are done. */
export const failsWhileStopping = messageRule({
  code: 'message-fails-while-stopping',
  explains: ({ fate }) => fate === 'failed',
  describe: (troubles, inquiry) => ({
    title: 'Handlers fail while the service stops',
    evidence: `${wereSent(troubles.length, inquiry)} refused or failed for good on a stopping pod.` + saidBy(troubles),
    remedy:
      'Close databases and clients only after the last handler: with nestjs-lifecycle, in @OnGracefulShutdown() or onModuleDestroy(), and never in a listener of SIGTERM. Give back what you cannot do: channel.nack(message, false, true); let a job be tried again: attempts: 3.',
  }),
});

type Troubles = Parameters<NonNullable<typeof messageFails.describeMessages>>[0];

/** As many without a stop are no chance. */
function failsAnyway(troubles: Troubles): boolean {
  const failed = troubles.filter(({ fate }) => fate === 'failed');
  const without = failed.filter((trouble) => !isTroubleOfStop(trouble)).length;
  return without > failed.length / 2;
}

function saidBy(troubles: Troubles): string {
  const said = mostFrequent(troubles.map(({ record }) => record.failures.at(-1)?.detail));
  return said === undefined ? '' : ` Most said: ${said}`;
}
