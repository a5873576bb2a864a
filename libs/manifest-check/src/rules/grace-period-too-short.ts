import { addEntry, replaceValue, type TextEdit } from '../edits/text-edit.js';
import { guessedSeverity } from '../rule-kinds/stop-time-rule.js';
import { serviceRule } from '../rule-kinds/rule.js';
import { type PreStop, preStopOf } from '../manifest/pre-stop.js';
import { gracePeriodMs, type Workload } from '../manifest/workload.js';
import { ASSUMED, isAssumed } from '../settings/assumed.js';
import { formatMs } from '../settings/duration.js';
import { marginOf } from 'nestjs-lifecycle/options';
import { fits, smallestGracePeriod } from '../settings/grace-period.js';

/** SIGKILL must not come before the service has had all the time it has planned with. */
export const gracePeriodTooShort = serviceRule({
  id: 'grace-period-too-short',
  severity: 'error',
  summary: 'terminationGracePeriodSeconds is shorter than preStop, lame duck, drain, hooks and a margin',
  *check(workload, { facts }) {
    const { settings, pod, main } = workload;
    const givenMs = gracePeriodMs(workload);
    // Nothing is drained in no time at all, and another rule says so.
    if (givenMs === undefined || givenMs === 0 || !settings.enabled) return;
    const { lameDuck, drainTimeoutMs, hookBudgetMs } = settings;
    const preStop = preStopOf(main);
    const preStopMs = preStop.ms ?? settings.preStopMs;
    const planMs = preStopMs + lameDuck.maxMs + drainTimeoutMs + hookBudgetMs;
    if (fits(planMs, givenMs)) return;
    const marginMs = marginOf(givenMs);
    const neededMs = planMs + marginMs;
    const seconds = smallestGracePeriod(planMs);
    const isGuessed = isAssumed(settings, facts);
    yield {
      at: pod.at('terminationGracePeriodSeconds'),
      message:
        `preStop ${lengthOf(preStop, preStopMs)} + lame duck ${formatMs(lameDuck.maxMs)} + drain ${formatMs(drainTimeoutMs)} + ` +
        `hooks ${formatMs(hookBudgetMs)} + margin ${formatMs(marginMs)} = ${isGuess(preStop, preStopMs) ? 'at least ' : ''}${formatMs(neededMs)}${isGuessed ? ASSUMED : ''}, but the pod is given ` +
        `${formatMs(givenMs)}${pod.at('terminationGracePeriodSeconds').exists ? '' : ' (the default)'}`,
      severity: isGuessed ? guessedSeverity(givenMs) : 'error',
      why: 'The kubelet sends SIGKILL when the grace period is over: requests still in flight are cut, and hooks that close databases or flush telemetry do not run.',
      remedy: `terminationGracePeriodSeconds: ${seconds}`,
      fix: { isSafe: true, edits: raise(workload, seconds) },
    };
  },
});

/** Only running it would show, and the service has no setting for it either. */
function isGuess({ ms }: PreStop, toldMs: number): boolean {
  return ms === undefined && toldMs === 0;
}

function lengthOf(preStop: PreStop, ms: number): string {
  return isGuess(preStop, ms) ? 'of unknown length' : formatMs(ms);
}

function raise({ pod }: Workload, seconds: number): readonly TextEdit[] {
  const written = pod.at('terminationGracePeriodSeconds');
  return written.exists ? replaceValue(written, seconds) : addEntry(pod, 'terminationGracePeriodSeconds', seconds);
}
