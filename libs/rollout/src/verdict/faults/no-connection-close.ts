import { isCutWithWork } from './cuts-in-flight.js';
import { isOfClosing, isOfLeaving } from '../at-once.js';
import { isKeptAfter } from '../connections.js';
import { type FaultRule, longest } from '../fault-rule.js';
import { type ClientKind, isOverHttp2 } from '../../ledger/request-record.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { isOnOldConnection } from '../loss-kinds.js';
import { type PodFacts } from '../pod-facts.js';
import { count, time, were } from '../wording.js';

/** Answers of a stopping pod do not end their connections: clients keep using them until they are cut, or until SIGKILL. */
export const noConnectionClose: FaultRule = {
  code: 'no-connection-close',
  explains: (loss, inquiry) =>
    !isCutWithWork(loss, inquiry) &&
    !isOfLeaving(loss, inquiry) &&
    !isOfClosing(loss, inquiry) &&
    (isOnOldConnection(loss) || isCutWithKept(loss, inquiry)),
  describe: (losses, inquiry) => {
    const held = inquiry.stopped('held-by-connections');
    const pods = [...new Set([...held, ...losses.flatMap(({ pod }) => (pod === undefined ? [] : [pod]))])];
    if (pods.length === 0) return undefined;
    const kept = pods.reduce((sum, pod) => sum + keptOf(pod, inquiry), 0);
    const took = longest(pods.map(({ signal, exit }) => (exit?.at ?? 0) - (signal?.at ?? 0)));
    const seen = [
      ...(losses.length > 0 ? [`${were(losses.length, 'request')} cut on connections from before SIGTERM`] : []),
      ...(kept > 0
        ? [
            `${count(kept, 'connection')} went on being used after answers that could have ended ${kept === 1 ? 'it' : 'them'}`,
          ]
        : []),
      ...(held.length > 0
        ? [`${held.length} of ${count(pods.length, 'pod')} waited for such connections until SIGKILL`]
        : []),
      `stopping took up to ${time(took)}`,
    ];
    return {
      severity: 'error',
      title: 'Kept-alive connections outlive the drain',
      evidence: `${seen.join('; ')}.`,
      remedy: remedyFor(losses, pods, inquiry),
      pods,
    };
  },
};

const OF_HTTP1 = [
  "server.on('request', (request, response) => {",
  "  if (isStopping) response.setHeader('Connection', 'close');   // from SIGTERM on, while still serving",
  '});',
  '// after server.close(): server.closeIdleConnections() again and again, or keepAliveTimeout below the drain',
];

/** `Connection` has no place in HTTP/2 (RFC 9113 §8.2.2). */
const OF_HTTP2 = [
  '// HTTP/2: GOAWAY from SIGTERM on, while still serving; a session ends when its open streams have been answered',
  "server.on('session', (session) => {",
  "  sessions.add(session.on('close', () => sessions.delete(session)));",
  "  if (isStopping) session.once('stream', () => session.close());",
  '});',
  'for (const session of sessions) session.close();   // at SIGTERM',
];

const OF_GRPC = [
  '// gRPC: GOAWAY when the drain begins; calls that are under way go on, and clients connect anew for the next one',
  'server.tryShutdown(() => process.exit(0));   // and not forceShutdown() or process.exit() at SIGTERM',
];

/** By what travelled on the connections that were cut, or that a pod waited for. */
function remedyFor(losses: readonly Loss[], pods: readonly PodFacts[], inquiry: Inquiry): string {
  const cut: ClientKind[] = losses.map(({ record }) => record.client);
  const travelled = pods.flatMap((pod) => inquiry.connectionsOf(pod).flatMap(({ trips }) => trips));
  const clients = cut.length > 0 ? cut : travelled.map(({ record }) => record.client);
  const hasGrpc = clients.some((client) => client === 'grpc' || client === 'grpc-stream');
  const hasHttp2 = clients.includes('http2');
  const hasHttp1 = clients.some((client) => !isOverHttp2({ client })) || clients.length === 0;
  return [...(hasHttp1 ? OF_HTTP1 : []), ...(hasHttp2 ? OF_HTTP2 : []), ...(hasGrpc ? OF_GRPC : [])].join('\n');
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
