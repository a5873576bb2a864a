import { type FaultRule, podsOf } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { type Loss } from '../loss.js';
import { count, time } from '../wording.js';

/** No answer in time from a pod that was not being stopped: the service is slow, whatever the rollout does. */
export const slowAnswer: FaultRule = {
  code: 'slow-answer',
  explains: (loss, inquiry) => loss.manner === 'timeout' && (isUndisturbed(loss) || isSlowElsewhere(loss, inquiry)),
  describe: (losses, { scenario }) => {
    if (losses.length === 0) return undefined;
    const kinds = [...new Set(losses.map(({ record }) => record.kind))].join(', ');
    return {
      severity: 'error',
      title: 'Some requests get no answer in time, with or without a rollout',
      evidence: `${count(losses.length, 'request')} (${kinds}) had no answer after ${time(scenario.timing.requestTimeoutMs)} from pods that were not being stopped.`,
      remedy: `Make them faster, ask fewer of them, or give them longer than ${time(scenario.timing.requestTimeoutMs)} in the load plan: the rollout did not cause these.`,
      pods: podsOf(losses),
    };
  },
};

function isUndisturbed({ pod, record }: Loss): boolean {
  return (
    pod !== undefined && record.endedAt < (pod.signal?.at ?? Infinity) && record.endedAt < (pod.exit?.at ?? Infinity)
  );
}

function isSlowElsewhere({ record, pod }: Loss, { losses }: Inquiry): boolean {
  const isAlive = record.endedAt < (pod?.exit?.at ?? Infinity);
  return (
    isAlive &&
    losses.some((other) => other.manner === 'timeout' && other.record.kind === record.kind && isUndisturbed(other))
  );
}
