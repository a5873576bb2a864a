import { workloadRule } from '../rule-kinds/rule.js';
import { preStopOf } from '../manifest/pre-stop.js';
import { gracePeriodMs } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';

/** A preStop hook that uses the grace period up leaves the service two seconds. */
export const preStopTooLong = workloadRule({
  id: 'pre-stop-too-long',
  severity: 'error',
  summary: 'preStop uses the whole grace period up',
  *check(workload) {
    const preStop = preStopOf(workload.main);
    const givenMs = gracePeriodMs(workload);
    if (givenMs === undefined || givenMs === 0) return;
    if (preStop.ms === undefined || preStop.ms === 0 || preStop.ms < givenMs) return;
    const seconds = Math.ceil((preStop.ms + workload.settings.gracePeriodMs) / 1000);
    yield {
      at: preStop.field,
      message: `preStop takes ${formatMs(preStop.ms)} of a grace period of ${formatMs(givenMs)}`,
      why: 'The kubelet leaves a container 2 s after its signal when preStop has used the grace period up, and the API server refuses a sleep that is longer: nothing is drained.',
      remedy: `terminationGracePeriodSeconds: ${seconds}   # or a shorter preStop`,
    };
  },
});
