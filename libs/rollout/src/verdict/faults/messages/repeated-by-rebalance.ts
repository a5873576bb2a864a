import { messageRule, wereSent } from './wording.js';

/** Another consumer got the partition before the offset was committed. Delivery at least once is what Kafka promises, so that this fails no rehearsal. */
export const repeatedByRebalance = messageRule({
  code: 'repeated-by-rebalance',
  explains: ({ fate, delivery }, { scenario }) =>
    scenario.messages?.broker === 'kafka' && fate === 'handled-twice' && delivery?.settled?.how === 'returned',
  describe: (troubles, inquiry) => ({
    severity: 'warning',
    title: 'Messages are done twice where the consumer group changes',
    evidence: `${wereSent(troubles.length, inquiry)} done by a pod whose partition went to another one before the offset was committed.`,
    remedy:
      'Let the work bear a repetition: a unique key for each message, written with its effect.\nFewer of them: commit more often (autoCommitThreshold: 1 of kafkajs), and handlers that are shorter than the heartbeat.',
  }),
});
