import { longest } from './fault-rule.js';
import { type Inquiry } from './inquiry.js';
import { type PodFacts } from './pod-facts.js';
import { enough } from './wording.js';

/** The default of nestjs-lifecycle: no remedy advises less. */
const DEFAULT_SECONDS = 5;

/**
 * For how many seconds after SIGTERM a service should go on serving: the one number in all remedies of a report. From the latest that
 * the nodes of this scenario may learn, for the next run draws other lags than this one, and from what was seen, which may be later.
 */
export function lameDuckSeconds(inquiry: Inquiry): number {
  const { network, pod } = inquiry.scenario;
  const seen = inquiry.pods.map((one) => (isDeletion(one) ? routedForMs(one, inquiry) : 0));
  const preStopMs = pod.preStop?.kind === 'sleep' ? pod.preStop.ms : 0;
  return Math.max(DEFAULT_SECONDS, enough(longest([network.endpointLag.max, ...seen])), Math.ceil(preStopMs / 1000));
}

/** From SIGTERM until the last node had learned, or the last connection was tried. */
export function routedForMs(pod: PodFacts, inquiry: Inquiry): number {
  const signalAt = pod.signal?.at ?? 0;
  return Math.max(inquiry.unroutedAt(pod) ?? 0, inquiry.lastConnectTo(pod) ?? 0) - signalAt;
}

/** A container that is restarted without a deletion is routed to again. */
function isDeletion({ signal, deletedAt }: PodFacts): boolean {
  return signal !== undefined && deletedAt !== undefined && signal.at >= deletedAt;
}
