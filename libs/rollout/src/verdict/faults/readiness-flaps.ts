import { type FaultRule } from '../fault-rule.js';
import { backAfter } from '../absence.js';
import { ofType, type PodFacts } from '../pod-facts.js';
import { smallestReady } from '../smallest-ready.js';
import { count, mostFrequent } from '../wording.js';

/** Readiness turned on pods that served and were not being stopped, until none was left. */
export const readinessFlaps: FaultRule = {
  code: 'readiness-flaps',
  explains: ({ attempt, at }, { pods }) => attempt === undefined && pods.some((pod) => isOutOfTurn(pod, at)),
  describe: (losses, { pods, events }) => {
    const smallest = smallestReady(events);
    const times = losses.length > 0 ? losses.map(({ at }) => at) : smallest.count > 0 ? [] : [smallest.at];
    const out = pods.filter((pod) => times.some((at) => isOutOfTurn(pod, at)));
    if (out.length === 0) return undefined;
    const said = mostFrequent(out.map((pod) => lastFailure(pod, times[0] ?? 0)));
    return {
      severity: losses.length > 0 ? 'error' : 'warning',
      title: 'Readiness fails on pods that are not being stopped',
      evidence:
        `${count(losses.length, 'request')} found no pod to go to, while ${count(out.length, 'pod')} that had been ready counted as not ready.` +
        (said === undefined ? '' : ` The probe was told: ${said}`),
      remedy: [
        'Have readiness fail only where the pod itself cannot serve: not for what other pods have in common with it (a database, another service), and not under load.',
        'readinessProbe:',
        '  timeoutSeconds: 3',
        '  failureThreshold: 3   # more than one failed answer',
      ].join('\n'),
      pods: out,
    };
  },
};

/** It had been ready, runs, is not being stopped, and counts as not ready. */
export function isOutOfTurn(pod: PodFacts, at: number): boolean {
  if ((pod.deletedAt ?? Infinity) <= at || (pod.signal?.at ?? Infinity) <= at || (pod.exit?.at ?? Infinity) <= at)
    return false;
  return ofType(pod.events, 'pod-not-ready').some((turn) => turn.at <= at && at < backAfter(pod, turn.at));
}

function lastFailure({ probes }: PodFacts, before: number): string | undefined {
  return probes.findLast(({ probe, isSuccess, at }) => probe === 'readiness' && !isSuccess && at <= before)?.detail;
}
