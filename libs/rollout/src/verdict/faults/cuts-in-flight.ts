import { isOfClosing, isOfLeaving } from '../at-once.js';
import { type FaultRule, isAfterSignal, podsOf } from '../fault-rule.js';
import { isStream } from '../../ledger/request-record.js';
import { type Inquiry } from '../inquiry.js';
import { lameDuckSeconds } from '../lame-duck.js';
import { type Loss } from '../loss.js';
import { isCut } from '../loss-kinds.js';
import { closedAt, NOTICE_MS } from '../pod-facts.js';
import { mostFrequent, span, were } from '../wording.js';

/** The service handles SIGTERM, and ends requests it had taken: by exiting too soon, or by closing all connections. */
export const cutsInFlight: FaultRule = {
  code: 'cuts-in-flight',
  explains: (loss, inquiry) =>
    (isCut(loss) && !isAtTheVeryEnd(loss) && !isOfClosing(loss, inquiry)) ||
    isStreamEndedByStop(loss) ||
    isOfLeaving(loss, inquiry),
  describe: (losses, inquiry) => {
    if (losses.length === 0) return undefined;
    const since = losses.map(({ sinceSignalMs }) => sinceSignalMs ?? 0);
    const streams = losses.filter(({ record }) => isStream(record)).length;
    const long = streams === 0 ? '' : ` Streams that were not told to go: ${streams}.`;
    const ofGrpc = losses.filter(({ record }) => record.client === 'grpc-stream');
    const said = mostFrequent(ofGrpc.map(({ record }) => record.grpcStatus && record.detail));
    const cut = losses.filter((loss) => isCut(loss) || isStreamEndedByStop(loss));
    const gone = losses.length - cut.length;
    return {
      severity: 'error',
      title: 'The service ends with requests in flight',
      evidence: `${were(cut.length, 'request')} cut that a stopping pod had taken, ${span(since)} after SIGTERM${gone === 0 ? '' : `, and ${gone} came after it had gone`}.${long}${said === undefined ? '' : ` They got ${said}.`}`,
      remedy: [
        'Wait for the answers before the process exits: no process.exit() in the handler of SIGTERM, no closeAllConnections() before the drain is over.',
        ...(gone > 0
          ? [
              `And go on accepting and serving for at least ${lameDuckSeconds(inquiry)} s after SIGTERM: routers learn late of a deletion.`,
              '# with nestjs-lifecycle both, by default',
            ]
          : []),
        ...(ofGrpc.length > 0
          ? [
              'End streams of gRPC with OK (call.end(), or complete the observable) when the drain begins: clients call again, at another pod.',
              '// with nestjs-lifecycle: @LongLived() on the method',
              '// where clients take another status for such an end, say so in the load: expect=OK,UNAVAILABLE',
            ]
          : []),
      ].join('\n'),
      pods: podsOf(losses),
    };
  },
};

/** A stream of gRPC from before SIGTERM that a stopping pod ended with a status that is an error for its client. */
export function isStreamEndedByStop(loss: Loss): boolean {
  const { manner, record, attempt, pod } = loss;
  const isFromBefore = (attempt?.at ?? Infinity) < (pod?.signal?.at ?? 0);
  return manner === 'server-error' && record.client === 'grpc-stream' && isFromBefore && isAfterSignal(loss);
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
