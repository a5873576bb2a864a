import { isStream } from '../ledger/request-record.js';
import { crashInStop } from './crash-in-stop.js';
import { type Inquiry } from './inquiry.js';
import { type Loss } from './loss.js';
import { isAfterSignal, isCut, isOnNewConnection, isOnOldConnection } from './loss-kinds.js';
import { oncePer } from './once-per.js';
import { closedAt, NOTICE_MS, type PodFacts } from './pod-facts.js';

/** What a service does within this after SIGTERM is no lame duck. */
const AT_ONCE_MS = 1000;

/**
 * Whether it came to a pod that had left at once, or was leaving: where a process exits with work in its hands, the requests that still come
 * are lost by the same exit, and that they came on a connection from before it, or found it gone, is no other mistake.
 */
export function isOfLeaving(loss: Loss, inquiry: Inquiry): boolean {
  return (
    loss.pod !== undefined && loss.manner !== 'server-error' && isAfterSignal(loss) && leaving(inquiry).has(loss.pod)
  );
}

/**
 * Whether it was lost with the listener that a pod closed at once: an old connection that was closed then, or a 503 that was given on one.
 * A service that goes on accepting has time to end them well.
 */
export function isOfClosing(loss: Loss, inquiry: Inquiry): boolean {
  const { pod, sinceSignalMs = Infinity, manner, record } = loss;
  if (pod === undefined || !closing(inquiry).has(pod)) return false;
  const isRefused = manner === 'server-error' && record.status === 503 && isAfterSignal(loss);
  return (isRefused && !refusesNew(inquiry)) || (isOnOldConnection(loss) && sinceSignalMs < AT_ONCE_MS + NOTICE_MS);
}

/** A listener that takes connections and has them answered 503 is not what loses them. */
const refusesNew = oncePer((inquiry: Inquiry) =>
  inquiry.losses.some((loss) => loss.record.status === 503 && isAfterSignal(loss) && isOnNewConnection(loss)),
);

/** Those that exited at once, where one of them had work from before SIGTERM in its hands. The same service may have had none on another pod. */
const leaving = oncePer((inquiry: Inquiry): ReadonlySet<PodFacts> => {
  const gone = new Set(inquiry.pods.filter((pod) => isGoneAtOnce(pod)));
  const hasCutWork = inquiry.losses.some(
    (loss) => loss.pod && gone.has(loss.pod) && isWorkFromBefore(loss) && !hasAnsweredAfter(loss, inquiry),
  );
  return hasCutWork ? gone : new Set();
});

function isGoneAtOnce(pod: PodFacts): boolean {
  const { signal, exit } = pod;
  if (signal === undefined || exit === undefined || exit.at < signal.at || exit.isKilledByKubelet) return false;
  return exit.at - signal.at < AT_ONCE_MS && crashInStop(pod) === undefined && !hasOwnPreStop(pod);
}

/** Where a preStop hook has waited until routers knew, connections from before it are all that is left: a rule of its own. */
function hasOwnPreStop({ preStop }: PodFacts): boolean {
  return preStop?.result === 'done';
}

/** What came in the moment of the signal may have crossed the end of a connection that was idle until then. */
const MOMENT_MS = 50;

function isWorkFromBefore(loss: Loss): boolean {
  const handedAt = loss.attempt?.at ?? Infinity;
  return isCut(loss) && !isStream(loss.record) && handedAt < (loss.pod?.signal?.at ?? 0) - MOMENT_MS;
}

/** A service that goes on to answer what it has in hand has not left. */
function hasAnsweredAfter({ pod, at }: Loss, { records }: Inquiry): boolean {
  return records.some(
    ({ fate, endedAt, attempts }) => fate === 'answered' && endedAt > at && attempts.at(-1)?.pod === pod?.name,
  );
}

/** Those that stopped to accept at once, where a new connection was lost by it. */
const closing = oncePer((inquiry: Inquiry): ReadonlySet<PodFacts> => {
  const closed = new Set(inquiry.pods.filter((pod) => isClosedAtOnce(pod) && !leaving(inquiry).has(pod)));
  const hasLost = inquiry.losses.some(
    (loss) => loss.pod && closed.has(loss.pod) && isAfterSignal(loss) && isNewAndGone(loss),
  );
  return hasLost ? closed : new Set();
});

function isClosedAtOnce(pod: PodFacts): boolean {
  return pod.signal !== undefined && closedAt(pod) - pod.signal.at < AT_ONCE_MS && !hasOwnPreStop(pod);
}

function isNewAndGone(loss: Loss): boolean {
  return loss.manner !== 'server-error' && loss.manner !== 'timeout' && isOnNewConnection(loss);
}
