import { type MessageRecord } from '../ledger/message-record.js';
import { type Proof } from '../load/messages/message-plan.js';

/**
 * Whether nothing more is to be heard of a message: it was handled and acknowledged, or it never will be. A pod that has restarted under its name since does
 * not know it any more.
 */
export function isOver(proof: Proof): (message: MessageRecord, endedPods: ReadonlySet<string>) => boolean {
  return ({ refusal, deliveries, done, failures }, endedPods) => {
    const last = deliveries.at(-1);
    if (refusal !== undefined) return true;
    if (last === undefined) return done.length > 0;
    if (last.settled?.how === 'refused') return true;
    const isSettled = last.settled?.how === 'acknowledged' || !last.needsAcknowledgement;
    if (!isSettled) return false;
    return proof === 'acknowledgement' || done.length + failures.length > 0 || endedPods.has(last.pod);
  };
}
