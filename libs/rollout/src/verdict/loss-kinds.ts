import { isPinned } from './connections.js';
import { type Loss } from './loss.js';

/** Whether it was lost on a pod that had been sent its SIGTERM. */
export function isAfterSignal({ pod, at, attempt }: Loss): boolean {
  const signalAt = pod?.signal?.at ?? Infinity;
  return at >= signalAt || (attempt?.at ?? 0) >= signalAt;
}

/** Handed over after SIGTERM on a connection from before it, and cut. */
export function isOnOldConnection({ record, attempt, pod, manner }: Loss): boolean {
  if (manner !== 'reset' || attempt === undefined || pod?.signal === undefined) return false;
  return attempt.at >= pod.signal.at && isPinned({ record, attempt }, pod.signal.at);
}

/** On a connection that was opened after SIGTERM, or that could not be opened. */
export function isOnNewConnection({ attempt, pod }: Loss): boolean {
  if (attempt === undefined) return false;
  return attempt.connect !== 'open' || (attempt.connectedAt ?? attempt.at) >= (pod?.signal?.at ?? Infinity);
}

/** An open connection was ended on a stopping pod before the answer. */
export function isCut(loss: Loss): boolean {
  return loss.manner === 'reset' && loss.attempt?.connect === 'open' && isAfterSignal(loss);
}
