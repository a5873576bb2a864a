import { serviceRule } from '../rule-kinds/rule.js';
import { preStopOf } from '../manifest/pre-stop.js';
import { gracePeriodMs } from '../manifest/workload.js';
import { LONGEST_MS } from 'nestjs-lifecycle/options';
import { formatMs } from '../settings/duration.js';

/** A longer grace period is of no use to a service that does not have it in its settings. */
export const gracePeriodUnused = serviceRule({
  id: 'grace-period-unused',
  severity: 'note',
  summary: 'The pod is given a longer grace period than the service was told of',
  *check(workload) {
    const { settings, pod, main } = workload;
    const givenMs = gracePeriodMs(workload);
    const preStop = preStopOf(main);
    // What a preStop of unknown length leaves to the service cannot be known.
    if (givenMs === undefined || !settings.enabled || (preStop.ms === undefined && settings.preStopMs === 0)) return;
    // The margin also covers a preStop that is not in the settings.
    const untoldMs = Math.max(0, (preStop.ms ?? settings.preStopMs) - settings.preStopMs);
    const usefulMs = Math.min(givenMs - untoldMs, LONGEST_MS);
    if (usefulMs < settings.gracePeriodMs + 5000) return;
    yield {
      at: settings.variables.get('SHUTDOWN_GRACE_PERIOD') ?? pod.at('terminationGracePeriodSeconds'),
      message: `the pod is given ${formatMs(givenMs)}, but the service plans with a grace period of ${formatMs(settings.gracePeriodMs)}${settings.origin === 'defaults' ? ' (the default)' : ''}`,
      why: 'It cuts requests that could have been finished in the time that is left.',
      remedy: `env:\n  - name: SHUTDOWN_GRACE_PERIOD\n    value: ${Math.floor(usefulMs / 1000)}s`,
    };
  },
});
