import { isOfClosing } from '../at-once.js';
import { type FaultRule, isAfterSignal, longest, podsOf } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { lameDuckSeconds, routedForMs } from '../lame-duck.js';
import { isAllGrpc } from '../../load/load-plan.js';
import { type Loss } from '../loss.js';
import { isOnNewConnection } from '../loss-kinds.js';
import { closedAt, type PodFacts } from '../pod-facts.js';
import { count, manners, time } from '../wording.js';

/** The service stopped to accept connections while nodes still routed to it: the endpoints are always learned late. */
export const listenerClosedEarly: FaultRule = {
  code: 'listener-closed-early',
  explains: (loss, inquiry) =>
    isOfClosing(loss, inquiry) ||
    (isAfterSignal(loss) && loss.manner !== 'server-error' && loss.manner !== 'timeout' && isOnNewConnection(loss)),
  describe: (losses, inquiry) => {
    if (losses.length === 0) return undefined;
    const pods = podsOf(losses);
    const closed = Math.min(...pods.map((pod) => closedAfter(pod)), ...refusedAfter(losses));
    const lag = longest([
      ...pods.map((pod) => routedForMs(pod, inquiry)),
      ...losses.map(({ sinceSignalMs }) => sinceSignalMs),
    ]);
    return {
      severity: 'error',
      title: 'The listener closes while requests are still routed to it',
      evidence:
        `New connections were taken for ${pods.length > 1 ? 'as little as ' : ''}${time(closed)} after SIGTERM, but nodes routed to the pods for up to ${time(lag)}: ` +
        `${count(losses.length, 'request')} lost (${manners(losses)}) on ${count(pods.length, 'pod')}.`,
      remedy: remedy(inquiry),
      pods,
    };
  },
};

function closedAfter(pod: PodFacts): number {
  return closedAt(pod) - (pod.signal?.at ?? 0);
}

/** A process that has just ended refuses before its end is known. */
function refusedAfter(losses: readonly Loss[]): number[] {
  return losses.flatMap(({ manner, sinceSignalMs }) => (manner === 'refused' ? (sinceSignalMs ?? []) : []));
}

function remedy(inquiry: Inquiry): string {
  const seconds = lameDuckSeconds(inquiry);
  const grace = Math.round(inquiry.scenario.pod.gracePeriodMs / 1000);
  const total = seconds + 20;
  return [
    isAllGrpc(inquiry.scenario.load)
      ? `Go on accepting and serving calls for at least ${seconds} s after SIGTERM, and call server.tryShutdown() only then.`
      : `Go on accepting and serving for at least ${seconds} s after SIGTERM, with \`Connection: close\` on every answer, and close then.`,
    '# with nestjs-lifecycle',
    `SHUTDOWN_LAME_DUCK=${seconds}s`,
    ...(inquiry.scenario.noticeMs === undefined && seconds * 2 > grace && total > grace
      ? [`terminationGracePeriodSeconds: ${total}   # ${grace} s leaves too little to drain`]
      : []),
  ].join('\n');
}
