import { isStream, type RequestRecord } from '../ledger/request-record.js';
import { type Connection, isKeptAfter, isLeftOpenAfter } from './connections.js';
import { lastStartBefore, NOTICE_MS, type PodFacts, probesAfter } from './pod-facts.js';

/**
 * How a pod came to its end after SIGTERM. Every pod has exactly one; the rules that explain losses and forced kills start from it.
 *
 * - `running`: no signal was sent, or it has not exited
 * - `clean`: it exited by itself with nothing in its hands
 * - `died-at-once`: ended within a moment, by the signal itself, with requests in its hands
 * - `cut-in-flight`: handled the signal, exited by itself, and cut requests in flight
 * - `pre-stop-outlived`: its preStop hook used up the grace period
 * - `not-forwarded`: a wrapper such as npm or a shell got the signal, and the service never did
 * - `still-starting`: killed, had not been ready when the signal came, and had no handler of it yet
 * - `ignored`: killed, and nothing shows that it ever noticed the signal
 * - `still-draining`: killed with requests in its hands, after it had begun to stop
 * - `held-by-streams`: killed while event streams or WebSockets from before the signal were still open
 * - `held-by-connections`: killed while connections that no answer had ended were still open
 * - `hung`: killed with nothing left to do, or while it went on serving as if there were no end
 */
export type StopKind =
  | 'running'
  | 'clean'
  | 'died-at-once'
  | 'cut-in-flight'
  | 'pre-stop-outlived'
  | 'not-forwarded'
  | 'still-starting'
  | 'ignored'
  | 'still-draining'
  | 'held-by-streams'
  | 'held-by-connections'
  | 'hung';

/** What a stop is judged by. */
export interface StopEvidence {
  readonly pod: PodFacts;
  readonly connections: readonly Connection[];
  readonly records: readonly RequestRecord[];
  /** How its process was started. */
  readonly command: readonly string[];
  /** Whether that process was pid 1, where a signal without a handler does nothing. */
  readonly isPid1: boolean;
}

/** Without a handler a process ends within this after the signal, even on a busy machine. One whose handler was seen did not end without it. */
const AT_ONCE_MS = 1000;

/** A request that was in the hands of a pod for longer was worked on. */
const MOMENT_MS = 50;

/** Words services log when they stop, and not the name of a module that does it. */
const STOP_WORDS = /\b(sigterm|sigint|shut(ting)?[ -]?down|drain|graceful(?!shutdown)|terminat|stopping|closing)/i;

/** What npm, yarn, pnpm and shells say themselves when the service that they started has ended. */
const OF_WRAPPER = /^(npm |error Command failed|\s*ELIFECYCLE|Terminated)/;

/** What a probe says that got no answer, as Node's error codes. */
const NO_CONNECTION = /^(E[A-Z]+\b|refused|no answer|socket hang up)/;

/** Programs that start a service as their child, and what makes them do so. */
const WRAPPERS = /^((npm|npx|yarn|pnpm|bunx?|nodemon|sh|bash|dash|ash|zsh)(-cli)?(\.c?js|\.cmd)?|.+\.sh)$/;

/** What stands before the program itself: options, variables, and what starts a program well. */
const BEFORE = /^-|=|^(node|env|tini|dumb-init)$/;

/** How this pod stopped. */
export function howItStopped(evidence: StopEvidence): StopKind {
  const { pod } = evidence;
  if (pod.signal === undefined || pod.exit === undefined || pod.exit.at < pod.signal.at) return 'running';
  return pod.exit.isKilledByKubelet ? howItWasKilled(evidence) : howItExited(evidence);
}

function howItExited({ pod, records, command }: StopEvidence): StopKind {
  const held = inFlightAtExit(pod, records);
  if (held.length === 0) return 'clean';
  if (wrapperOf(command) !== undefined && !hasNoticed(pod)) return 'not-forwarded';
  if (diedAtOnce(pod)) return 'died-at-once';
  return held.every((record) => isLateOnOldConnection(record, pod) && !isWorkedOn(record, pod))
    ? 'clean'
    : 'cut-in-flight';
}

/** Handed over after the signal, on a connection from before it: not work the service had, but a connection it had not ended. */
function isLateOnOldConnection({ attempts }: RequestRecord, { signal }: PodFacts): boolean {
  const last = attempts.at(-1);
  return (
    signal !== undefined && last !== undefined && last.at > signal.at && (last.connectedAt ?? Infinity) < signal.at
  );
}

/**
 * It came on an open listener's pod and was in its hands for a while: the process did not wait for it. One that crossed the end of its
 * connection was there for a moment only.
 */
function isWorkedOn({ attempts, endedAt }: RequestRecord, { listenerClosedAt }: PodFacts): boolean {
  return listenerClosedAt === undefined && endedAt - (attempts.at(-1)?.at ?? endedAt) >= MOMENT_MS;
}

function howItWasKilled(evidence: StopEvidence): StopKind {
  const { pod, records } = evidence;
  if (pod.preStop?.result === 'abandoned') return 'pre-stop-outlived';
  if (pod.exit?.hasHandler !== true && wasStarting(pod)) return 'still-starting';
  if (!hasNoticed(pod)) return howItWasKilledUnaware(evidence);
  const held = inFlightAtExit(pod, records);
  if (held.some((record) => isWorkAllAlong(record, pod))) return 'still-draining';
  if (isHeldByConnections(evidence, { isIdle: held.length === 0 })) return 'held-by-connections';
  return howItWasHeld(held, pod);
}

function howItWasHeld(held: readonly RequestRecord[], pod: PodFacts): StopKind {
  if (held.some((record) => isStreamAllAlong(record, pod))) return 'held-by-streams';
  return held.some((record) => isDrained(record, pod)) ? 'still-draining' : 'hung';
}

/** A process that is not pid 1 and lived on had a handler, even where it was installed with `once` and has gone since. */
function howItWasKilledUnaware({ pod, command, isPid1 }: StopEvidence): StopKind {
  if (wrapperOf(command) !== undefined) return 'not-forwarded';
  return pod.exit?.hasHandler === true || !isPid1 ? 'hung' : 'ignored';
}

/** Whether this container, be it the pod's first or a later one, had not been ready yet. */
function wasStarting({ events, signal }: PodFacts): boolean {
  const signalAt = signal?.at ?? Infinity;
  const started = lastStartBefore(events, signalAt);
  return !events.some(({ type, at }) => type === 'pod-ready' && at >= started && at <= signalAt);
}

/** Work from before the signal until the end: connections that were kept made no difference then. A stream ends when the service says so: it is no work. */
function isWorkAllAlong(record: RequestRecord, { signal }: PodFacts): boolean {
  return !isStream(record) && (record.attempts.at(-1)?.at ?? Infinity) < (signal?.at ?? 0);
}

/** A stream from before the signal that nothing has ended. */
function isStreamAllAlong(record: RequestRecord, { signal }: PodFacts): boolean {
  return isStream(record) && (record.attempts.at(-1)?.at ?? Infinity) < (signal?.at ?? 0);
}

/** What a service that still accepts connections got only lately is not what it waits for: there would always be more of it. */
function isDrained({ attempts }: RequestRecord, { signal, exit, listenerClosedAt }: PodFacts): boolean {
  if (signal === undefined || exit === undefined || listenerClosedAt !== undefined) return true;
  return (attempts.at(-1)?.at ?? Infinity) < (signal.at + exit.at) / 2;
}

function diedAtOnce(pod: PodFacts): boolean {
  return !hasNoticed(pod) && endedBySignalAtOnce(pod);
}

/** Whether SIGTERM itself ended it, before a handler can have done much. */
export function endedBySignalAtOnce({ signal, exit }: PodFacts): boolean {
  if (signal === undefined || exit === undefined || exit.at < signal.at || exit.hasHandler === true) return false;
  return (exit.signal === 'SIGTERM' || exit.code === 143) && exit.at - signal.at < AT_ONCE_MS;
}

/** Whether anything shows that the service noticed its signal. */
export function hasNoticed(pod: PodFacts): boolean {
  const { signal, exit } = pod;
  if (signal === undefined) return false;
  const isInStop = ({ at }: { readonly at: number }): boolean => at >= signal.at && at <= (exit?.at ?? Infinity);
  return (
    pod.listenerClosedAt !== undefined ||
    pod.servicePhases.some(isInStop) ||
    pod.logs.some((log) => isInStop(log) && STOP_WORDS.test(log.line) && !OF_WRAPPER.test(log.line)) ||
    (hadPassed(pod, signal.at) && probesAfter(pod, 'readiness', signal.at).some((probe) => saysNo(probe)))
  );
}

/** A connection that is refused or cut is no answer: that is also how a process looks that has just been killed. */
function saysNo({ isSuccess, detail }: PodFacts['probes'][number]): boolean {
  return !isSuccess && !NO_CONNECTION.test(detail);
}

function hadPassed(pod: PodFacts, before: number): boolean {
  return pod.probes.some(({ probe, isSuccess, at }) => probe === 'readiness' && isSuccess && at <= before);
}

/** New requests kept coming on old connections until the end, or what was left at the end were connections that neither side had closed. */
function isHeldByConnections({ pod, connections }: StopEvidence, { isIdle }: { readonly isIdle: boolean }): boolean {
  const { signal, exit } = pod;
  if (signal === undefined || exit === undefined || pod.listenerClosedAt === undefined) return false;
  if (exit.openConnections === 0) return false;
  const old = connections.filter(({ openedAt }) => openedAt < signal.at);
  const lastQuarter = exit.at - (exit.at - signal.at) / 4;
  const isUsed = old.some(
    (connection) => isKeptAfter(connection, signal.at) && (connection.trips.at(-1)?.attempt.at ?? 0) > lastQuarter,
  );
  return isUsed || (isIdle && old.some((one) => isLeftOpenAfter(one, signal.at)));
}

/** The requests a pod had been handed and had not answered when it ended. */
export function inFlightAtExit(pod: PodFacts, records: readonly RequestRecord[]): RequestRecord[] {
  const exitAt = pod.exit?.at;
  if (exitAt === undefined) return [];
  return records.filter(
    ({ fate, endedAt, attempts }) =>
      (fate === 'reset' || fate === 'timeout' || fate === 'server-error') &&
      endedAt >= exitAt - NOTICE_MS &&
      attempts.some((attempt) => attempt.pod === pod.name && attempt.wasDelivered && attempt.at < exitAt) &&
      (fate !== 'server-error' || endedAt >= exitAt),
  );
}

/** The program that gets the signal in the service's place, as in `npm start`; `undefined` when the service gets it itself. */
export function wrapperOf(command: readonly string[]): string | undefined {
  const names = command.map((word) => word.split(/[\\/]/).at(-1) ?? '');
  const name = names.find((candidate) => !BEFORE.test(candidate)) ?? '';
  return WRAPPERS.test(name) ? name.replace(/(-cli)?(\.c?js|\.cmd)?$/, '') : undefined;
}
