import { type FaultRule, isAfterSignal, podsOf } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { closedAt, NOTICE_MS } from '../pod-facts.js';
import { span, were } from '../wording.js';

/** The service handles SIGTERM, and ends requests it had taken: by exiting too soon, or by closing all connections. */
export const cutsInFlight: FaultRule = {
  code: 'cuts-in-flight',
  explains: (loss) => isCut(loss) && !isAtTheVeryEnd(loss),
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const since = losses.map(({ sinceSignalMs }) => sinceSignalMs ?? 0);
    const streams = losses.filter(
      ({ record }) => record.client === 'event-stream' || record.client === 'websocket',
    ).length;
    const long = streams === 0 ? '' : ` Event streams or WebSockets that were not told to go: ${streams}.`;
    return {
      severity: 'error',
      title: 'The service ends with requests in flight',
      evidence: `${were(losses.length, 'request')} cut that a stopping pod had taken, ${span(since)} after SIGTERM.${long}`,
      remedy:
        'Wait for the answers before the process exits: no process.exit() in the handler of SIGTERM, no closeAllConnections() before the drain is over.',
      pods: podsOf(losses),
    };
  },
};

/** An open connection was ended on a stopping pod before the answer. */
function isCut(loss: Loss): boolean {
  return loss.manner === 'reset' && loss.attempt?.connect === 'open' && isAfterSignal(loss);
}

/**
 * Lost at the exit of a pod that also had work from before: it waited for nothing, so that its connections were still used is no other
 * fault.
 */
export function isCutWithWork(loss: Loss, inquiry: Inquiry): boolean {
  const { pod, record } = loss;
  if (pod?.exit === undefined || inquiry.stopOf(pod) !== 'cut-in-flight' || pod.listenerClosedAt !== undefined)
    return false;
  return isCut(loss) && record.endedAt >= pod.exit.at - NOTICE_MS;
}

/** A new connection that the process never came to accept is no request in flight. */
function isAtTheVeryEnd({ attempt, pod }: Loss): boolean {
  if (attempt?.connectedAt === undefined || pod?.signal === undefined) return false;
  return attempt.connectedAt >= pod.signal.at && attempt.at >= closedAt(pod) - NOTICE_MS;
}
