import { messageRule, wereSent } from './wording.js';

/** A consumer with `noAck`: the broker forgets a message when it has sent it. */
export const noAcknowledgement = messageRule({
  code: 'no-acknowledgement',
  // One that was given to nobody is lost in the same way: it was sent to a process that had just ended.
  explains: ({ fate, delivery }, { scenario }) =>
    fate === 'lost' && scenario.messages?.broker === 'rabbitmq' && delivery?.needsAcknowledgement !== true,
  describe: (troubles, inquiry) => ({
    title: 'The consumer acknowledges nothing, so that what is cut is lost',
    evidence:
      `${wereSent(troubles.length, inquiry)} given to a pod and not worked on to the end. ` +
      'With noAck, which is the default of Nest, the broker takes a message for done when it has sent it.',
    remedy:
      'noAck: false, prefetchCount: 10   // and in the handler, after the work: context.getChannelRef().ack(context.getMessage())\n// and with Nest: GracefulShutdownModule.forRoot(), so that a stop waits for what runs',
  }),
});
