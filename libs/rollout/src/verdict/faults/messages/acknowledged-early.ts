import { span } from '../../wording.js';
import { messageRule, nounIn, wereSent } from './wording.js';

/** The service tells the broker that a message is done before it is: what ends the process then loses it. */
export const acknowledgedEarly = messageRule({
  code: 'acknowledged-early',
  explains: ({ fate, delivery }) =>
    fate === 'lost' && delivery?.needsAcknowledgement === true && delivery.settled?.how === 'acknowledged',
  describe: (troubles, inquiry) => {
    const tookMs = troubles.flatMap(({ delivery }) =>
      delivery?.settled === undefined ? [] : [delivery.settled.at - delivery.at],
    );
    const stopped = troubles.filter(({ pod }) => pod?.exit !== undefined);
    return {
      title: `${nounIn(inquiry.scenario) === 'job' ? 'Jobs are completed' : 'Messages are acknowledged'} before they are done`,
      evidence:
        `${wereSent(troubles.length, inquiry)} acknowledged ${span(tookMs)} after the delivery and never worked on to the end; ` +
        `${stopped.length} of them were with pods that have ended.`,
      remedy:
        'Acknowledge after the work: await save(order); channel.ack(message);\n// on Kafka: await the work in eachMessage, and commit or resolve an offset after it\n// a job: return from its processor, or resolve its promise, when the work is done\n// and with Nest: GracefulShutdownModule.forRoot(), so that a stop waits for what runs',
    };
  },
});
