import { explainsNothing, type FaultRule } from '../fault-rule.js';
import { type PodFacts } from '../pod-facts.js';
import { updateEndOf } from '../update-end.js';
import { mostFrequent, time, were } from '../wording.js';

/** The update did not go through: new pods did not become available in time. */
export const progressDeadline: FaultRule = {
  code: 'progress-deadline',
  explains: explainsNothing,
  describe: (_losses, { pods, events, scenario }) => {
    const result = updateEndOf(events, scenario.act);
    if (result !== 'progress-deadline-exceeded' && result !== 'deadline-passed') return undefined;
    const newest = Math.max(...pods.map(({ revision }) => revision));
    const late = pods.filter((pod) => pod.revision === newest && pod.readyAt === undefined);
    // Pods that end by themselves do not become ready: that is told by its own rule.
    if (late.some(({ crashes }) => crashes.length > 0)) return undefined;
    const said = mostFrequent(late.map((pod) => lastFailure(pod)));
    const { progressDeadlineMs, minReadyMs } = scenario.deployment;
    const limit = result === 'deadline-passed' ? scenario.timing.deadlineMs : progressDeadlineMs;
    return {
      severity: 'error',
      title: 'The update did not go through',
      evidence:
        `After ${time(limit)} (${result.replaceAll('-', ' ')}) ${were(late.length, 'pod')} not ready in the new revision` +
        `${said === undefined ? '' : `; the last probe said: ${said}`}.`,
      remedy:
        late.length > 0
          ? 'Find out why the new revision does not become ready; if it is only slow, raise progressDeadlineSeconds.'
          : `progressDeadlineSeconds: ${Math.ceil((minReadyMs * 2 + limit * 2) / 1000)}`,
      pods: late,
    };
  },
};

function lastFailure({ probes }: PodFacts): string | undefined {
  return probes.findLast(({ isSuccess, isWitness }) => !isSuccess && !isWitness)?.detail;
}
