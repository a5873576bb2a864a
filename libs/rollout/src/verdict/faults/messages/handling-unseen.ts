import { explainsNothing, type FaultRule } from '../../fault-rule.js';
import { countSent, nounIn } from './wording.js';

/** The consumer acknowledges nothing, so that nobody outside knows whether anything was done. */
export const handlingUnseen: FaultRule = {
  code: 'handling-unseen',
  explains: explainsNothing,
  describe: (_losses, inquiry) => {
    const unseen = inquiry.stories.filter(({ fate }) => fate === 'unseen');
    if (unseen.length === 0) return undefined;
    return {
      severity: 'warning',
      title: `Nothing tells whether ${nounIn(inquiry.scenario)}s were handled`,
      evidence:
        `${countSent(unseen.length, inquiry)} of ${inquiry.stories.length} went to pods that acknowledge nothing. ` +
        'What was in the hands of a process that ended is lost, and does not show here.',
      remedy:
        "--handled 'saved order {n}'   # a line that the service prints when it has worked on message {n}\n--reply                       # where its handlers answer\nnoAck: false                  # of RabbitMQ: acknowledge after the work",
      pods: [],
    };
  },
};
