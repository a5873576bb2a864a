import { type FaultRule, isAfterSignal, ofStop } from '../fault-rule.js';
import { enough, time } from '../wording.js';

/** The preStop hook used up the grace period, and nothing was left for the service. */
export const preStopOutlivesGrace: FaultRule = {
  code: 'pre-stop-outlives-grace',
  explains: (loss) => loss.pod?.preStop?.result === 'abandoned' && isAfterSignal(loss),
  explainsMessage: ofStop('pre-stop-outlived'),
  describe: (_losses, { pods, scenario }) => {
    const outlived = pods.filter(({ preStop }) => preStop?.result === 'abandoned');
    if (outlived.length === 0) return undefined;
    const grace = scenario.pod.gracePeriodMs;
    const left = outlived[0]?.signal?.remainingMs;
    return {
      severity: 'error',
      title: 'The preStop hook takes the whole grace period',
      evidence:
        `The hook was still running after ${time(grace)} on ${outlived.map(({ name }) => name).join(', ')}; ` +
        `the service had ${left === undefined ? 'nothing' : time(left)} to stop.`,
      remedy: `terminationGracePeriodSeconds: ${enough(preStopMs(scenario.pod.preStop, grace) + 25_000)}   # preStop, and 25 s to stop`,
      pods: outlived,
    };
  },
};

function preStopMs(preStop: { readonly kind: string; readonly ms?: number } | undefined, grace: number): number {
  return preStop?.ms ?? grace;
}
