import { absenceOf, livenessRestarts } from '../absence.js';
import { type FaultRule, isAfterSignal } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { ofType, type PodFacts, probesAfter } from '../pod-facts.js';
import { count } from '../wording.js';

/** Liveness fails because the service is stopping, or whenever readiness does: what should be a drain becomes a restart. */
export const livenessFollowsReadiness: FaultRule = {
  code: 'liveness-follows-readiness',
  explains: ({ pod, at, manner, attempt }, inquiry) => {
    if (manner === 'server-error' || wasAskedFor(inquiry)) return false;
    if (attempt === undefined) return inquiry.pods.some((one) => absenceOf(one, at) === 'liveness');
    return pod !== undefined && (isNearRestart(pod, at, inquiry) || isStoppedInRestart(pod, inquiry));
  },
  explainsMessage: ({ fate, pod, at }, inquiry) =>
    fate !== 'failed' && pod !== undefined && !wasAskedFor(inquiry) && isNearRestart(pod, at, inquiry),
  describe: (losses, inquiry) => {
    const turned = inquiry.pods.filter((pod) => turnsInDrain(pod) && !refusesAll(pod, inquiry));
    const restarted = wasAskedFor(inquiry) ? [] : inquiry.pods.filter((pod) => livenessRestarts(pod).length > 0);
    const pods = [...new Set([...turned, ...restarted])];
    if (pods.length === 0) return undefined;
    const paths = isSamePath(inquiry) ? ' Both probes ask the same path.' : '';
    return {
      // Nothing need be lost by it here: the next restart without a deletion will.
      severity: 'error',
      title: 'Liveness fails where only readiness should',
      evidence:
        `Liveness failed after SIGTERM on ${count(turned.length, 'pod')} while alive and draining, and restarted ` +
        `${count(restarted.length, 'pod')}; ${count(losses.length, 'request')} lost by that.${paths}`,
      remedy: [
        'livenessProbe:',
        '  httpGet:',
        '    path: /health/live   # 200 as long as the process can answer, also while draining',
        '    port: http',
      ].join('\n'),
      pods,
    };
  },
};

/** As the kubelet's prober says it. A closed listener, or a process too busy to answer, is no answer of the service. */
const ERROR_ANSWER = /^[45]\d\d\b/;

/** Once is chance; passing before and failing only after the signal is a rule. */
function turnsInDrain(pod: PodFacts): boolean {
  const { signal } = pod;
  if (signal === undefined) return false;
  const hadPassed = pod.probes.some(({ probe, isSuccess, at }) => probe === 'liveness' && isSuccess && at < signal.at);
  return hadPassed && probesAfter(pod, 'liveness', signal.at).some(({ detail }) => ERROR_ANSWER.test(detail));
}

/** Its rollout met the restart that liveness had asked for. */
function isStoppedInRestart(pod: PodFacts, inquiry: Inquiry): boolean {
  return inquiry.stopOf(pod) === 'still-starting' && livenessRestarts(pod).length > 0;
}

/** A service that answers 503 to requests as well has no path for liveness that could be another: that is told by its own rule. */
function refusesAll(pod: PodFacts, inquiry: Inquiry): boolean {
  const isRefused = inquiry.losses.some(
    (loss) => loss.pod === pod && loss.record.status === 503 && isAfterSignal(loss),
  );
  return isRefused && !isSamePath(inquiry);
}

function isNearRestart(pod: PodFacts, at: number, { scenario }: Inquiry): boolean {
  return livenessRestarts(pod).some(
    (restart) => at >= restart.at - scenario.pod.gracePeriodMs && at <= restart.at + 5000,
  );
}

function wasAskedFor({ events }: Inquiry): boolean {
  return ofType(events, 'chaos-played').some(({ chaos }) => chaos === 'liveness-kill');
}

function isSamePath({ scenario }: Inquiry): boolean {
  const { livenessProbe, readinessProbe } = scenario.pod;
  if (livenessProbe?.action.kind !== 'http-get' || readinessProbe?.action.kind !== 'http-get') return false;
  return livenessProbe.action.path === readinessProbe.action.path;
}
