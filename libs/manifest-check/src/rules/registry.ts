import { type Rule } from '../rule-kinds/rule.js';
import { ignoreWithoutReason, unusedIgnore } from '../suppressions/suppression-rules.js';
import { cloudRunStopTime } from './cloud-run-stop-time.js';
import { composeGracePeriod } from './compose-grace-period.js';
import { deregistrationTooShort } from './deregistration-too-short.js';
import { disruptionBudgetBlocksDrain } from './disruption-budget-blocks-drain.js';
import { disruptionBudgetMatchesNoPod } from './disruption-budget-matches-no-pod.js';
import { disruptionBudgetMissing } from './disruption-budget-missing.js';
import { disruptionBudgetOverlap } from './disruption-budget-overlap.js';
import { disruptionBudgetUnhealthy } from './disruption-budget-unhealthy.js';
import { ecsStopTimeout } from './ecs-stop-timeout.js';
import { fieldHasWrongType } from './field-has-wrong-type.js';
import { flyKillTimeout } from './fly-kill-timeout.js';
import { herokuStopTime } from './heroku-stop-time.js';
import { knativeRequestTimeout } from './knative-request-timeout.js';
import { nomadKillTimeout } from './nomad-kill-timeout.js';
import { greenReadinessBehindBalancer } from './green-readiness-behind-balancer.js';
import { gracePeriodTooShort } from './grace-period-too-short.js';
import { gracePeriodUnused } from './grace-period-unused.js';
import { gracePeriodZero } from './grace-period-zero.js';
import { hostPortTaken } from './host-port-taken.js';
import { ingressPortUnknown } from './ingress-port-unknown.js';
import { ingressServiceUnknown } from './ingress-service-unknown.js';
import { keepAliveTooShort } from './keep-alive-too-short.js';
import { lameDuckTooShort } from './lame-duck-too-short.js';
import { livenessLikeReadiness } from './liveness-like-readiness.js';
import { localTrafficNotDrained } from './local-traffic-not-drained.js';
import { meshProxyStopsFirst } from './mesh-proxy-stops-first.js';
import { newTargetsNotAwaited } from './new-targets-not-awaited.js';
import { nodeLeavesEarlier } from './node-leaves-earlier.js';
import { notReadyPodsPublished } from './not-ready-pods-published.js';
import { platformSignalNotForwarded } from './platform-signal-not-forwarded.js';
import { platformStopSignal } from './platform-stop-signal.js';
import { pm2KillTimeout } from './pm2-kill-timeout.js';
import { podsOnOneNode } from './pods-on-one-node.js';
import { preStopExec } from './pre-stop-exec.js';
import { preStopOnly } from './pre-stop-only.js';
import { preStopSendsSignal } from './pre-stop-sends-signal.js';
import { preStopTooLong } from './pre-stop-too-long.js';
import { probeGracePeriod } from './probe-grace-period.js';
import { probePortUnknown } from './probe-port-unknown.js';
import { probeTimeout } from './probe-timeout.js';
import { processManagerKillsEarly } from './process-manager-kills-early.js';
import { progressDeadlineTooShort } from './progress-deadline-too-short.js';
import { readinessProbeMissing } from './readiness-probe-missing.js';
import { readinessProbeTcp } from './readiness-probe-tcp.js';
import { replicasBesideAutoscaler } from './replicas-beside-autoscaler.js';
import { requestsOutliveDrain } from './requests-outlive-drain.js';
import { restartNotDrained } from './restart-not-drained.js';
import { retriesRepeatWrites } from './retries-repeat-writes.js';
import { rolloutLeavesNoPod } from './rollout-leaves-no-pod.js';
import { rolloutTakesPodsAway } from './rollout-takes-pods-away.js';
import { serviceMatchesNoPod } from './service-matches-no-pod.js';
import { settingsOfAnotherEnvironment } from './settings-of-another-environment.js';
import { settingsRefused } from './settings-refused.js';
import { shutdownDisabled } from './shutdown-disabled.js';
import { sidecarStopsFirst } from './sidecar-stops-first.js';
import { signalNotForwarded } from './signal-not-forwarded.js';
import { singleReplica } from './single-replica.js';
import { startNotCovered } from './start-not-covered.js';
import { stopSignalNotHandled } from './stop-signal-not-handled.js';
import { strategyRecreate } from './strategy-recreate.js';
import { swarmUpdateOrder } from './swarm-update-order.js';
import { systemdKillMode } from './systemd-kill-mode.js';
import { systemdStopTimeout } from './systemd-stop-timeout.js';
import { targetPortUnknown } from './target-port-unknown.js';
import { timeImplausible } from './time-implausible.js';
import { updateOnDelete } from './update-on-delete.js';
import { variableUnknown } from './variable-unknown.js';
import { volumeNotShareable } from './volume-not-shareable.js';

/** Every rule there is, by what it is about. */
export const RULES: readonly Rule[] = [
  // what can be read
  fieldHasWrongType,
  // the time to stop
  gracePeriodTooShort,
  gracePeriodZero,
  gracePeriodUnused,
  settingsRefused,
  variableUnknown,
  timeImplausible,
  settingsOfAnotherEnvironment,
  shutdownDisabled,
  // while requests still come
  lameDuckTooShort,
  preStopOnly,
  preStopTooLong,
  preStopExec,
  preStopSendsSignal,
  keepAliveTooShort,
  // the signal
  signalNotForwarded,
  stopSignalNotHandled,
  processManagerKillsEarly,
  // probes
  readinessProbeMissing,
  readinessProbeTcp,
  livenessLikeReadiness,
  startNotCovered,
  probeTimeout,
  restartNotDrained,
  probeGracePeriod,
  // rollouts
  singleReplica,
  greenReadinessBehindBalancer,
  strategyRecreate,
  rolloutLeavesNoPod,
  rolloutTakesPodsAway,
  progressDeadlineTooShort,
  hostPortTaken,
  volumeNotShareable,
  updateOnDelete,
  replicasBesideAutoscaler,
  podsOnOneNode,
  // what pods are reached by
  serviceMatchesNoPod,
  targetPortUnknown,
  notReadyPodsPublished,
  localTrafficNotDrained,
  probePortUnknown,
  ingressPortUnknown,
  ingressServiceUnknown,
  // evictions
  disruptionBudgetMissing,
  disruptionBudgetBlocksDrain,
  disruptionBudgetMatchesNoPod,
  disruptionBudgetOverlap,
  disruptionBudgetUnhealthy,
  // proxies and load balancers
  retriesRepeatWrites,
  meshProxyStopsFirst,
  sidecarStopsFirst,
  newTargetsNotAwaited,
  deregistrationTooShort,
  requestsOutliveDrain,
  nodeLeavesEarlier,
  // other platforms
  composeGracePeriod,
  swarmUpdateOrder,
  ecsStopTimeout,
  cloudRunStopTime,
  knativeRequestTimeout,
  flyKillTimeout,
  herokuStopTime,
  nomadKillTimeout,
  pm2KillTimeout,
  systemdStopTimeout,
  systemdKillMode,
  platformStopSignal,
  platformSignalNotForwarded,
  // the comments that silence
  ignoreWithoutReason,
  unusedIgnore,
];
