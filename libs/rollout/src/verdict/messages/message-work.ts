import { type RequestRecord } from '../../ledger/request-record.js';
import { type MessagePlan } from '../../load/messages/message-plan.js';
import { type MessageStory, deliveryEnd } from './message-story.js';

/**
 * Messages as the work of their pods, in the shape of requests: how a pod stopped is judged by all that it had in its hands. None of these is
 * a request of the load.
 */
export function messageWork(
  stories: readonly MessageStory[],
  plan: MessagePlan,
  { endOf, end }: { readonly endOf: (pod: string) => number | undefined; readonly end: number },
): RequestRecord[] {
  return stories.flatMap(({ record, fate, delivery: told }) =>
    record.deliveries.map((delivery): RequestRecord => {
      const isCut = delivery === told && (fate === 'lost' || fate === 'cut' || fate === 'not-acknowledged');
      // What was acknowledged before it was done was in the hands of its pod until that ended.
      // And so was what ended with a connection that the service did not close: the end of a process may be known long after that of its connections.
      const isHeld = fate === 'lost' || delivery.connectionEnd?.how === 'cut';
      const endedAt = (isHeld ? endOf(delivery.pod) : undefined) ?? deliveryEnd(delivery, { endOf }) ?? end;
      return {
        ...{ id: record.id, kind: plan.queue, method: 'MESSAGE', path: plan.queue, client: 'call' },
        ...{ sentAt: delivery.at, answeredAt: undefined, endedAt, fate: isCut ? 'reset' : 'answered' },
        ...{ status: undefined, detail: undefined, isReused: false },
        attempts: [
          { pod: delivery.pod, at: delivery.at, connect: 'open', connectedAt: delivery.at, wasDelivered: true },
        ],
      };
    }),
  );
}
