import { countSent, messageRule, wereSent } from './wording.js';

/** Another consumer takes from the queue: what became of its messages cannot be seen. */
export const takenElsewhere = messageRule({
  code: 'taken-elsewhere',
  explains: ({ fate }) => fate === 'elsewhere',
  describe: (troubles, inquiry) => ({
    title: 'A consumer outside of the rehearsal takes from the queue',
    evidence: `${wereSent(troubles.length, inquiry)} given to no pod, and ${troubles.length === 1 ? 'is' : 'are'} not in the queue any more, of ${countSent(inquiry.stories.length, inquiry)} in all.`,
    remedy:
      'Stop other instances that consume from this queue, or rehearse with a broker of its own. A pod that reaches the broker by another address is not seen: name the address that the service has.',
  }),
});
