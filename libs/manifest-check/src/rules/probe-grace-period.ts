import { replaceValue } from '../edits/text-edit.js';
import { serviceRule } from '../rule-kinds/rule.js';
import { type ProbeName, probeOf } from '../manifest/probe.js';
import { wholeNumber } from '../manifest/whole-number.js';
import { gracePeriodMs } from '../manifest/workload.js';
import { formatMs } from '../settings/duration.js';
import { fits, smallestGracePeriod } from '../settings/grace-period.js';

const PROBES: readonly ProbeName[] = ['livenessProbe', 'startupProbe'];

/** A probe may have a grace period of its own, which counts in place of the pod's when it is what restarts the container. */
export const probeGracePeriod = serviceRule({
  id: 'probe-grace-period',
  severity: 'error',
  summary: "A probe's own terminationGracePeriodSeconds cuts the drain when the probe restarts the container",
  *check(workload) {
    const { main, settings } = workload;
    const podMs = gracePeriodMs(workload);
    if (!settings.enabled) return;
    const { lameDuck, drainTimeoutMs, hookBudgetMs } = settings;
    const planMs = lameDuck.maxMs + drainTimeoutMs + hookBudgetMs;
    for (const name of PROBES) {
      const at = probeOf(main, name).field.at('terminationGracePeriodSeconds');
      const seconds = at.exists ? wholeNumber(at, 0) : undefined;
      // Where the pod's own is no longer, another rule says so.
      if (seconds === undefined || fits(planMs, seconds * 1000) || (podMs !== undefined && seconds * 1000 >= podMs))
        continue;
      // A service that has not started has nothing to drain yet, but what it opens is closed.
      const isStartup = name === 'startupProbe';
      const needed = smallestGracePeriod(planMs);
      yield {
        at,
        severity: isStartup ? 'note' : 'error',
        message: `${name} gives the container ${seconds} s to stop, but the service plans with lame duck, drain and hooks of ${formatMs(planMs)}`,
        why: isStartup
          ? 'A container that has not started in time is killed before its hooks have closed what it opened.'
          : 'When liveness fails, the kubelet restarts the container with this time instead of the pod’s: SIGKILL comes while requests are in flight, and hooks do not run.',
        // The pod's grows with what other remedies of the run make the service plan with.
        remedy: `Delete terminationGracePeriodSeconds of ${name}, so that the pod's counts; or give it ${needed} or more.`,
        fix: { isSafe: true, edits: replaceValue(at, needed) },
      };
    }
  },
});
