import { mostFrequent } from '../../wording.js';
import { messageRule, nounIn, wereSent } from './wording.js';

/** The broker did not take it: the queue is full, or it is gone with its last consumer. */
export const notAccepted = messageRule({
  code: 'message-not-accepted',
  explains: ({ fate, record }, { scenario }) =>
    fate === 'lost' && record.refusal !== undefined && scenario.messages?.broker !== 'nats',
  describe: (troubles, inquiry) => ({
    title: `The broker takes no more ${nounIn(inquiry.scenario)}s`,
    evidence: `${wereSent(troubles.length, inquiry)} not accepted. Most said: ${mostFrequent(troubles.map(({ record }) => record.refusal)) ?? ''}`,
    remedy:
      'Let the queue outlive its consumers: durable: true, and neither autoDelete nor exclusive. With the last pod of an update that stops before the next one consumes, such a queue is deleted with what is in it.',
  }),
});
