import { countSent, messageRule, wereSent } from './wording.js';

/** Every pod subscribes for itself, so that every pod is given every message. */
export const noQueueGroup = messageRule({
  code: 'no-queue-group',
  explains: ({ fate, record: { deliveries } }, { scenario }) =>
    scenario.messages?.broker === 'nats' &&
    fate === 'handled-twice' &&
    deliveries.every(({ needsAcknowledgement }) => !needsAcknowledgement) &&
    new Set(deliveries.map(({ pod }) => pod)).size > 1,
  describe: (troubles, inquiry) => ({
    title: 'Every pod gets every message',
    evidence: `${wereSent(troubles.length, inquiry)} handled by more than one pod, of ${countSent(inquiry.stories.length, inquiry)}: the subscriptions have no queue group.`,
    remedy:
      "Give them one name for the whole service: nc.subscribe('orders', { queue: 'orders' })\n// with Nest: transport: Transport.NATS, options: { queue: 'orders' }\n// where each pod is meant to get each message: --twice warn",
  }),
});
