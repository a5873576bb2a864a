import { countSent, messageRule } from './wording.js';

/** Nothing that was sent has reached a pod by the way that is read, so that nothing can be said of it. */
export const messagesNotTaken = messageRule({
  code: 'messages-not-taken',
  explains: (_trouble, { stories, scenario }) =>
    stories.every(({ record: { deliveries, done, refusal } }) => {
      return (
        deliveries.length === 0 && done.length === 0 && (refusal === undefined || scenario.messages?.broker === 'nats')
      );
    }),
  describe: (troubles, inquiry) => {
    const { scenario, messages } = inquiry;
    const connected = messages?.connectedPods.length ?? 0;
    const seen =
      connected === 0
        ? 'no pod has connected to the broker at this address'
        : `${connected} pods are connected to the broker, and got none of them`;
    return {
      title: 'No pod takes what is sent',
      evidence: `${countSent(troubles.length, inquiry)} of ${scenario.messages?.queue ?? ''}: ${seen}.`,
      remedy:
        connected === 0
          ? 'Name the broker as the service does: the same host and port, as in --messages amqp://127.0.0.1:5672 orders. A program that is not of Node needs the address in a variable: --env RABBITMQ_URL=amqp://127.0.0.1:5672'
          : 'Name the queue that the service consumes from. Read the log of a pod for what keeps it from consuming.',
    };
  },
});
