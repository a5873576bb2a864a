import { type Inquiry } from '../../inquiry.js';
import { isTroubleOfStop } from '../../messages/trouble.js';
import { span } from '../../wording.js';
import { fatesIn, messageRule, nounIn } from './wording.js';

const REMEDIES = {
  jobs: 'At SIGTERM: await worker.close(), which takes no more jobs and waits for those that run, and only then exit. With Nest: GracefulShutdownModule.forRoot() does so.',
  kafka:
    'At SIGTERM: await consumer.disconnect(), which ends the message that runs, commits and leaves the group, and only then exit. With Nest: GracefulShutdownModule.forRoot() does so.',
  messages:
    'At SIGTERM: cancel the consumer, wait for the handlers that run, acknowledge, and only then close the connection and exit. With Nest: GracefulShutdownModule.forRoot() does so, and gives back what no handler has begun.',
};

/** The service handles SIGTERM, and lets go of what it has: by closing its connection, or by exiting too soon. */
export const cutInHand = messageRule({
  code: 'message-cut-in-hand',
  explains: (trouble) => isTroubleOfStop(trouble),
  describe: (troubles, inquiry) => {
    const since = troubles.map(({ sinceSignalMs }) => sinceSignalMs ?? 0);
    const closed = troubles.filter(({ delivery }) => delivery?.connectionEnd?.how === 'closed').length;
    const how = closed === 0 ? '' : ` ${closed} when it closed its channel or connection itself.`;
    return {
      title: `The service stops with ${nounIn(inquiry.scenario)}s in its hands`,
      evidence: `${fatesIn(troubles, inquiry)}, ${span(since)} after SIGTERM.${how}`,
      remedy: remedyOf(inquiry),
    };
  },
});

function remedyOf({ scenario: { messages } }: Inquiry): string {
  if (messages?.broker === 'kafka') return REMEDIES.kafka;
  return REMEDIES[messages?.broker === 'bullmq' ? 'jobs' : 'messages'];
}
