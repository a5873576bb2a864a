import { type FaultRule } from './fault-rule.js';
import { chaos } from './faults/chaos.js';
import { crashed } from './faults/crashed.js';
import { crashesWhileStopping } from './faults/crashes-while-stopping.js';
import { cutsInFlight } from './faults/cuts-in-flight.js';
import { dependencyClosedFirst } from './faults/dependency-closed-first.js';
import { errorAnswer } from './faults/error-answer.js';
import { errorsAboveLimit } from './faults/errors-above-limit.js';
import { failedExit } from './faults/failed-exit.js';
import { gracePeriodTooShort } from './faults/grace-period-too-short.js';
import { hookHangs } from './faults/hook-hangs.js';
import { idleTimeoutRace } from './faults/idle-timeout-race.js';
import { ignoresSigterm } from './faults/ignores-sigterm.js';
import { listenerClosedEarly } from './faults/listener-closed-early.js';
import { livenessFollowsReadiness } from './faults/liveness-follows-readiness.js';
import { marginTooSmall } from './faults/margin-too-small.js';
import { acknowledgedEarly } from './faults/messages/acknowledged-early.js';
import { cutInHand } from './faults/messages/cut-in-hand.js';
import { doneNotAcknowledged } from './faults/messages/done-not-acknowledged.js';
import { handlingUnseen } from './faults/messages/handling-unseen.js';
import { failsWhileStopping, messageFails } from './faults/messages/message-fails.js';
import { messagesNotTaken } from './faults/messages/messages-not-taken.js';
import { messagesUnexplained } from './faults/messages/messages-unexplained.js';
import { noAcknowledgement } from './faults/messages/no-acknowledgement.js';
import { noConsumer } from './faults/messages/no-consumer.js';
import { noQueueGroup } from './faults/messages/no-queue-group.js';
import { notAccepted } from './faults/messages/not-accepted.js';
import { takenElsewhere } from './faults/messages/taken-elsewhere.js';
import { neverAnswered } from './faults/never-answered.js';
import { noConnectionClose } from './faults/no-connection-close.js';
import { noSignalHandling } from './faults/no-signal-handling.js';
import { notReadyWhenRouted } from './faults/not-ready-when-routed.js';
import { p99AboveLimit } from './faults/p99-above-limit.js';
import { preStopFailed } from './faults/pre-stop-failed.js';
import { preStopOnly } from './faults/pre-stop-only.js';
import { preStopOutlivesGrace } from './faults/pre-stop-outlives-grace.js';
import { progressDeadline } from './faults/progress-deadline.js';
import { readinessFlaps } from './faults/readiness-flaps.js';
import { readinessStaysUp } from './faults/readiness-stays-up.js';
import { refusesWhileRouted } from './faults/refuses-while-routed.js';
import { signalNotForwarded } from './faults/signal-not-forwarded.js';
import { repeatedByRebalance } from './faults/messages/repeated-by-rebalance.js';
import { silentConnectionClosed } from './faults/silent-connection-closed.js';
import { slowAnswer } from './faults/slow-answer.js';
import { slowExit } from './faults/slow-exit.js';
import { slowStart } from './faults/slow-start.js';
import { standsStill } from './faults/stands-still.js';
import { stoppedWhileStarting } from './faults/stopped-while-starting.js';
import { streamsNotEnded } from './faults/streams-not-ended.js';
import { tooFewReady } from './faults/too-few-ready.js';
import { unexplained } from './faults/unexplained.js';

/**
 * Every rule, in its order of precedence: a lost request belongs to the first that explains it. The order goes
 *
 * 0. from requests that were answered at no time,
 * 1. over what could not have been avoided, and what happened without any stop (chaos, a crash, a restart by liveness, then what
 *    follows from too few pods, a pod that was not ready yet),
 * 2. and what spoils the stop of a whole pod, whatever else it would have done well (preStop, a signal that never arrived, no
 *    handler, a crash, a restart without a deletion),
 * 3. to single steps of the stop: what is answered, then what is cut (by SIGKILL first), then what is refused,
 * 4. and ends with what has nothing to do with a stop.
 */
export const FAULT_RULES: readonly FaultRule[] = [
  neverAnswered,
  messagesNotTaken,
  takenElsewhere,
  notAccepted,
  noQueueGroup,
  noConsumer,
  repeatedByRebalance,
  acknowledgedEarly,
  noAcknowledgement,
  chaos,
  crashed,
  livenessFollowsReadiness,
  readinessFlaps,
  tooFewReady,
  errorAnswer,
  messageFails,
  notReadyWhenRouted,
  doneNotAcknowledged,
  preStopOutlivesGrace,
  preStopFailed,
  stoppedWhileStarting,
  signalNotForwarded,
  ignoresSigterm,
  noSignalHandling,
  crashesWhileStopping,
  readinessStaysUp,
  refusesWhileRouted,
  dependencyClosedFirst,
  failsWhileStopping,
  gracePeriodTooShort,
  streamsNotEnded,
  hookHangs,
  standsStill,
  preStopOnly,
  silentConnectionClosed,
  noConnectionClose,
  cutsInFlight,
  cutInHand,
  listenerClosedEarly,
  idleTimeoutRace,
  progressDeadline,
  slowStart,
  failedExit,
  marginTooSmall,
  slowExit,
  slowAnswer,
  p99AboveLimit,
  errorsAboveLimit,
  handlingUnseen,
  messagesUnexplained,
  unexplained,
];
