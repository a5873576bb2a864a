import { isKeptAfter, isPinned } from '../connections.js';
import { type FaultRule } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { type PodFacts } from '../pod-facts.js';
import { count, time } from '../wording.js';

/** Answers of a stopping pod do not end their connections: clients keep using them until they are cut, or until SIGKILL. */
export const noConnectionClose: FaultRule = {
  code: 'no-connection-close',
  explains: (loss, inquiry) => isOnOldConnection(loss) || isCutWithKept(loss, inquiry),
  describe: (losses, inquiry) => {
    const held = inquiry.stopped('held-by-connections');
    const pods = [...new Set([...held, ...losses.flatMap(({ pod }) => (pod === undefined ? [] : [pod]))])];
    if (pods.length === 0) return undefined;
    const kept = pods.reduce((sum, pod) => sum + keptOf(pod, inquiry), 0);
    const stops = pods.map(({ signal, exit }) => (exit?.at ?? 0) - (signal?.at ?? 0));
    return {
      severity: 'error',
      title: 'Kept-alive connections outlive the drain',
      evidence:
        `${count(losses.length, 'request')} were cut on connections from before SIGTERM, and ${count(kept, 'connection')} went on being used ` +
        `after answers that could have ended them. Stopping took up to ${time(Math.max(...stops))}; ` +
        `${held.length} of ${count(pods.length, 'pod')} waited for such connections until SIGKILL.`,
      remedy: [
        "server.on('request', (request, response) => {",
        "  if (isStopping) response.setHeader('Connection', 'close');   // from SIGTERM on, while still serving",
        '});',
        '// after server.close(): server.closeIdleConnections() again and again, or keepAliveTimeout below the drain',
      ].join('\n'),
      pods,
    };
  },
};

/** Handed over after SIGTERM on a connection from before it, and cut. */
export function isOnOldConnection({ record, attempt, pod, manner }: Loss): boolean {
  if (manner !== 'reset' || attempt === undefined || pod?.signal === undefined) return false;
  return attempt.at >= pod.signal.at && isPinned({ record, attempt }, pod.signal.at);
}

function isCutWithKept(loss: Loss, inquiry: Inquiry): boolean {
  const { pod, at, manner } = loss;
  if (pod?.signal === undefined || manner === 'refused' || manner === 'server-error') return false;
  return inquiry.stopOf(pod) === 'held-by-connections' && at >= pod.signal.at && at <= (pod.exit?.at ?? 0);
}

function keptOf(pod: PodFacts, inquiry: Inquiry): number {
  const signalAt = pod.signal?.at ?? Infinity;
  return inquiry.connectionsOf(pod).filter((one) => one.openedAt < signalAt && isKeptAfter(one, signalAt)).length;
}
