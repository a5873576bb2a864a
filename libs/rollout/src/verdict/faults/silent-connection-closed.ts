import { isOfClosing, isOfLeaving } from '../at-once.js';
import { isKeptAfter } from '../connections.js';
import { type FaultRule, podsOf } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { isOnOldConnection } from '../loss-kinds.js';
import { span, were } from '../wording.js';

/**
 * A request that crossed the end of a connection which had been silent since before SIGTERM, on a pod whose answers do end their
 * connections: there was no answer that could have ended this one.
 */
export const silentConnectionClosed: FaultRule = {
  code: 'silent-connection-closed',
  explains: (loss, inquiry) =>
    loss.pod !== undefined &&
    inquiry.stopOf(loss.pod) === 'clean' &&
    !isOfLeaving(loss, inquiry) &&
    !isOfClosing(loss, inquiry) &&
    isOnOldConnection(loss) &&
    isSilent(loss, inquiry) &&
    saysClose(loss, inquiry),
  describe: (losses) => {
    if (losses.length === 0) return undefined;
    const since = losses.map(({ sinceSignalMs }) => sinceSignalMs ?? 0);
    return {
      severity: 'error',
      title: 'Connections that were silent since before SIGTERM were used just as they were closed',
      evidence:
        `${were(losses.length, 'request')} cut ${span(since)} after SIGTERM, each the first on its connection since then; ` +
        'the answers of these pods do end their connections, but there was none that could have ended these.',
      remedy: [
        'Serve for longer than clients leave a connection idle, or let clients close idle connections sooner than that.',
        '# with nestjs-lifecycle: the longest time between two requests of a client',
        'SHUTDOWN_LAME_DUCK=5s..10s',
      ].join('\n'),
      pods: podsOf(losses),
    };
  },
};

/** No answer came on it after the signal. */
function isSilent({ pod, attempt }: Loss, inquiry: Inquiry): boolean {
  const signalAt = pod?.signal?.at;
  if (pod === undefined || signalAt === undefined) return false;
  const trips = inquiry.connectionsOf(pod).find(({ openedAt }) => openedAt === attempt?.connectedAt)?.trips ?? [];
  return !trips.some(({ record }) => record.fate === 'answered' && record.endedAt >= signalAt);
}

/** Connections on which it did answer after the signal were ended by that, every one. */
function saysClose({ pod }: Loss, inquiry: Inquiry): boolean {
  const signalAt = pod?.signal?.at;
  if (pod === undefined || signalAt === undefined) return false;
  const old = inquiry.connectionsOf(pod).filter(({ openedAt }) => openedAt < signalAt);
  const ended = old.filter(({ trips }) =>
    trips.some(({ record }) => record.endsConnection === true && record.endedAt >= signalAt),
  );
  return ended.length > 0 && !old.some((connection) => isKeptAfter(connection, signalAt));
}
