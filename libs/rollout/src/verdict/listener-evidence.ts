import { type Attempt, type RequestRecord } from '../ledger/request-record.js';
import { lastStartBefore, livesUntil, type PodFacts } from './pod-facts.js';
import { endedBySignalAtOnce, wrapperOf } from './stop-kind.js';

/**
 * A connection that was refused after SIGTERM, by a pod that had accepted some before and none later, shows a closed listener as well
 * as the witness does, and often sooner: the witness only knocks now and then. Not behind npm or a shell, which may end long after
 * the service has, and not of a process that its signal has ended at once: on a busy machine that is known long after it refused.
 */
export function withRefusals(
  pods: readonly PodFacts[],
  records: readonly RequestRecord[],
  commandOf: (pod: PodFacts) => readonly string[],
): PodFacts[] {
  const attempts = new Map<string, Attempt[]>();
  for (const attempt of records.flatMap((record) => record.attempts)) {
    const own = attempts.get(attempt.pod);
    if (own === undefined) attempts.set(attempt.pod, [attempt]);
    else own.push(attempt);
  }
  return pods.map((pod) => {
    if (wrapperOf(commandOf(pod)) !== undefined || endedBySignalAtOnce(pod)) return pod;
    const refusedAt = firstRefusal(pod, attempts.get(pod.name) ?? []);
    if (refusedAt === undefined) return pod;
    return { ...pod, listenerClosedAt: Math.min(pod.listenerClosedAt ?? Infinity, refusedAt) };
  });
}

function firstRefusal({ signal, events }: PodFacts, attempts: readonly Attempt[]): number | undefined {
  if (signal === undefined) return undefined;
  const startedAt = lastStartBefore(events, signal.at);
  const opened = attempts.flatMap(({ connectedAt }) => connectedAt ?? []).filter((at) => at >= startedAt);
  if (opened.length === 0) return undefined;
  const from = opened.reduce((latest, at) => Math.max(latest, at), signal.at);
  const end = livesUntil(events, signal.at);
  const refused = attempts.filter(({ connect, at }) => connect === 'refused' && at >= from && at < end);
  return refused.length === 0 ? undefined : refused.reduce((first, { at }) => Math.min(first, at), Infinity);
}
