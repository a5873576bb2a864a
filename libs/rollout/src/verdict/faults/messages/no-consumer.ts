import { time } from '../../wording.js';
import { messageRule, wereSent } from './wording.js';

/** The subject had no subscriber, and a subject keeps nothing. */
export const noConsumer = messageRule({
  code: 'no-consumer',
  explains: ({ fate, delivery }, { scenario }) =>
    scenario.messages?.broker === 'nats' && fate === 'lost' && delivery === undefined,
  describe: (troubles, inquiry) => {
    const times = troubles.map(({ record }) => record.sentAt);
    return {
      title: 'The subject has no subscriber for a while',
      evidence: `${wereSent(troubles.length, inquiry)} sent while no pod had a subscription, from ${time(Math.min(...times))} to ${time(Math.max(...times))}.`,
      remedy:
        'readinessProbe: one that is green only when the service has subscribed, so that the next pod is stopped after that\n# or keep messages until somebody takes them: a stream of JetStream with a durable consumer',
    };
  },
});
