import { explainsNothing, type FaultRule } from '../fault-rule.js';
import { type PodFacts } from '../pod-facts.js';
import { count, enough, time } from '../wording.js';

/** Pods take so long to start that probes restart them, or that the progress deadline is near. */
export const slowStart: FaultRule = {
  code: 'slow-start',
  explains: explainsNothing,
  describe: (_losses, { pods, scenario }) => {
    const deadline = scenario.deployment.progressDeadlineMs;
    const restarted = pods.filter((pod) => isRestartedBeforeReady(pod));
    const slow = pods.filter((pod) => startMs(pod) > deadline / 2);
    const affected = [...new Set([...restarted, ...slow])];
    if (affected.length === 0) return undefined;
    const longest = Math.max(...affected.map((pod) => startMs(pod)));
    return {
      severity: restarted.length > 0 ? 'error' : 'warning',
      title: restarted.length > 0 ? 'Probes restart pods that are still starting' : 'Pods start slowly',
      evidence:
        `${count(restarted.length, 'pod')} restarted before being ready for the first time; ` +
        `becoming ready took up to ${time(longest)}, of a progress deadline of ${time(deadline)}.`,
      remedy: [
        'startupProbe:   # the other probes wait for it',
        '  httpGet: { path: /health/startup, port: http }',
        '  periodSeconds: 2',
        `  failureThreshold: ${Math.max(30, enough(longest))}`,
      ].join('\n'),
      pods: affected,
    };
  },
};

function isRestartedBeforeReady({ restarts, readyAt }: PodFacts): boolean {
  return restarts.some(({ at, reason }) => at < (readyAt ?? Infinity) && /start-?up|liveness/i.test(reason));
}

function startMs({ readyAt, createdAt }: PodFacts): number {
  return readyAt === undefined ? 0 : readyAt - createdAt;
}
