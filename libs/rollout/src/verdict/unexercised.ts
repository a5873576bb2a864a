import { type BrokerKind, proofOf } from '../load/messages/message-plan.js';
import { FAULT_RULES } from './fault-rules.js';
import { isStream } from '../ledger/request-record.js';
import { type Inquiry } from './inquiry.js';
import { wrapperOf } from './stop-kind.js';
import { type Fault, type Unexercised } from './verdict.js';

/** Why a run could not show a fault; `undefined` where it could. */
type Condition = (inquiry: Inquiry) => string | undefined;

/** The faults that this run could not have shown, each with the reason: that they were not seen says nothing of the service. */
export function unexercisedBy(inquiry: Inquiry, faults: readonly Fault[]): Unexercised[] {
  const seen = new Set(faults.map(({ code }) => code));
  return FAULT_RULES.flatMap(({ code }) => {
    const reasons = seen.has(code) ? [] : (CONDITIONS[code] ?? []).flatMap((condition) => condition(inquiry) ?? []);
    const [why] = reasons;
    return why === undefined ? [] : [{ code, why }];
  });
}

const isStopped: Condition = ({ pods }) =>
  pods.some(({ signal }) => signal !== undefined) ? undefined : 'no pod was sent SIGTERM';

/** Streams are no such connections: they are never idle. */
const keepsAlive: Condition = ({ records }) =>
  records.some(({ isReused }) => isReused) ? undefined : 'no connection carried a second request';

const hasStreams: Condition = ({ records }) =>
  records.some((record) => isStream(record)) ? undefined : 'the load has no stream';

const hasReadiness: Condition = ({ scenario }) =>
  scenario.pod.readinessProbe === undefined ? 'there is no readiness probe' : undefined;

const hasLiveness: Condition = ({ scenario }) =>
  scenario.pod.livenessProbe === undefined ? 'there is no liveness probe' : undefined;

const canRestartAtStart: Condition = ({ scenario: { pod } }) =>
  pod.livenessProbe === undefined && pod.startupProbe === undefined
    ? 'there is neither a liveness probe nor a startup probe'
    : undefined;

const hasPreStop: Condition = ({ scenario }) =>
  scenario.pod.preStop === undefined ? 'there is no preStop hook' : undefined;

const isPid1: Condition = ({ scenario }) => (scenario.pod.isPid1 ? undefined : 'the service did not run as pid 1');

const isWrapped: Condition = ({ scenario: { service, nextService } }) =>
  [service, nextService].some(({ command }) => wrapperOf(command) !== undefined)
    ? undefined
    : 'no package manager or shell stands before the service';

const hasChaos: Condition = ({ scenario }) =>
  scenario.chaos.length > 0 ? undefined : 'nothing goes wrong on purpose (--chaos)';

const hasP99: Condition = ({ scenario }) => (scenario.limits.p99 === undefined ? 'there is no --max-p99' : undefined);

const hasBudget: Condition = ({ scenario }) =>
  scenario.limits.errors === undefined ? 'there is no --max-errors: every loss fails' : undefined;

const isUpdated: Condition = ({ events }) =>
  events.some(({ type }) => type === 'update-started') ? undefined : 'the update was not played';

const knowsIdleTimeout: Condition = ({ pods }) =>
  pods.some(({ idleTimeoutMs }) => idleTimeoutMs !== undefined)
    ? undefined
    : 'no pod said or showed after how long it closes an idle connection';

const stopsEarly: Condition = ({ pods }) =>
  pods.some(({ signal, readyAt }) => signal !== undefined && signal.at < (readyAt ?? Infinity))
    ? undefined
    : 'no pod was stopped before it was ready';

const hasMessages: Condition = ({ scenario }) =>
  scenario.messages === undefined ? 'the service was sent no messages and no jobs (--messages, --jobs)' : undefined;

const speaks = (broker: BrokerKind): Condition => {
  return ({ scenario }) => (scenario.messages?.broker === broker ? undefined : `no messages of ${broker} were sent`);
};

const isProven: Condition = ({ scenario }) =>
  scenario.messages !== undefined && proofOf(scenario.messages) === 'acknowledgement'
    ? 'nothing but its acknowledgement told that a message was done (--handled, --reply)'
    : undefined;

/** What each fault needs to be seen. Those that are not named can be seen in every run. */
export const CONDITIONS: Readonly<Record<string, readonly Condition[]>> = {
  chaos: [hasChaos],
  'messages-not-taken': [hasMessages],
  'taken-elsewhere': [hasMessages],
  'message-not-accepted': [hasMessages],
  'no-queue-group': [hasMessages, speaks('nats')],
  'no-consumer': [hasMessages, speaks('nats')],
  'repeated-by-rebalance': [hasMessages, speaks('kafka')],
  'acknowledged-early': [hasMessages, isProven, isStopped],
  'no-acknowledgement': [hasMessages, speaks('rabbitmq'), isProven, isStopped],
  'done-not-acknowledged': [hasMessages, isProven, isStopped],
  'message-fails': [hasMessages],
  'message-fails-while-stopping': [hasMessages, isStopped],
  'message-cut-in-hand': [hasMessages, isStopped],
  'handling-unseen': [hasMessages],
  'message-unexplained': [hasMessages],
  'liveness-follows-readiness': [hasLiveness],
  'readiness-flaps': [hasReadiness],
  'too-few-ready': [isUpdated],
  'not-ready-when-routed': [isUpdated],
  'pre-stop-outlives-grace': [hasPreStop],
  'pre-stop-failed': [hasPreStop],
  'pre-stop-only': [hasPreStop],
  'stopped-while-starting': [stopsEarly],
  'signal-not-forwarded': [isWrapped],
  'ignores-sigterm': [isPid1],
  'no-signal-handling': [isStopped],
  'crashes-while-stopping': [isStopped],
  'readiness-stays-up': [hasReadiness, isStopped],
  'refuses-while-routed': [isStopped],
  'dependency-closed-first': [isStopped],
  'grace-period-too-short': [isStopped],
  'streams-not-ended': [hasStreams, isStopped],
  'hook-hangs': [isStopped],
  'stands-still': [isStopped],
  'silent-connection-closed': [isStopped, keepsAlive],
  'no-connection-close': [isStopped, keepsAlive],
  'cuts-in-flight': [isStopped],
  'listener-closed-early': [isStopped],
  'idle-timeout-race': [knowsIdleTimeout],
  'progress-deadline': [isUpdated],
  'slow-start': [canRestartAtStart],
  'failed-exit': [isStopped],
  'margin-too-small': [isStopped],
  'slow-exit': [isStopped],
  'p99-above-limit': [hasP99],
  'errors-above-limit': [hasBudget],
};
