import { type FaultRule, isAfterSignal, podsOf } from '../fault-rule.js';
import { type Loss } from '../loss.js';
import { closedAt, NOTICE_MS } from '../pod-facts.js';
import { span, were } from '../wording.js';

/** The service handles SIGTERM, and ends requests it had taken: by exiting too soon, or by closing all connections. */
export const cutsInFlight: FaultRule = {
  code: 'cuts-in-flight',
  explains: (loss) =>
    loss.manner === 'reset' && loss.attempt?.connect === 'open' && isAfterSignal(loss) && !isAtTheVeryEnd(loss),
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

/** A new connection that the process never came to accept is no request in flight. */
function isAtTheVeryEnd({ attempt, pod }: Loss): boolean {
  if (attempt?.connectedAt === undefined || pod?.signal === undefined) return false;
  return attempt.connectedAt >= pod.signal.at && attempt.at >= closedAt(pod) - NOTICE_MS;
}
