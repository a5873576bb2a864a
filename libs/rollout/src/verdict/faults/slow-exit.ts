import { explainsNothing, type FaultRule } from '../fault-rule.js';
import { type PodFacts } from '../pod-facts.js';
import { enough, time } from '../wording.js';

/** More than this share of the time until SIGKILL is too near. */
const NEAR = 0.8;

/** Pods ended by themselves, but only just before SIGKILL. */
export const slowExit: FaultRule = {
  code: 'slow-exit',
  explains: explainsNothing,
  describe: (_losses, { pods, scenario }) => {
    const slow = pods.filter(
      (pod) => pod.exit?.isKilledByKubelet === false && !isLeftNothing(pod) && share(pod) > NEAR,
    );
    if (slow.length === 0) return undefined;
    const took = Math.max(...slow.map(({ signal, exit }) => (exit?.at ?? 0) - (signal?.at ?? 0)));
    const grace = scenario.pod.gracePeriodMs;
    return {
      severity: 'warning',
      title: 'Stopping takes nearly all the time there is',
      evidence: `Up to ${time(took)} of ${time(slow[0]?.signal?.remainingMs ?? grace)}, on ${slow.map(({ name }) => name).join(', ')}. A little more load, and SIGKILL comes first.`,
      remedy: `terminationGracePeriodSeconds: ${enough(grace * 1.5)}`,
      pods: slow,
    };
  },
};

/** The hook had used up the time, which is told by its own rule. */
function isLeftNothing({ preStop }: PodFacts): boolean {
  return preStop?.result === 'abandoned';
}

function share({ signal, exit }: PodFacts): number {
  return signal === undefined || exit === undefined || exit.at < signal.at
    ? 0
    : (exit.at - signal.at) / signal.remainingMs;
}
