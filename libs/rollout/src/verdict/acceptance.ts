import { type Fault, type Verdict } from './verdict.js';

/**
 * Whether a verdict passes: it is clean, or it was seen to its end and every fault is accepted. A pod that had to be killed is accepted only with a fault
 * that is known and names it; a budget of requests does not buy that.
 */
export function isPassing(verdict: Omit<Verdict, 'passes'>): boolean {
  const { isClean, update, cutBy, faults, pods } = verdict;
  if (isClean) return true;
  if (update !== 'complete' || cutBy !== undefined) return false;
  const excused = new Set(faults.filter((fault) => excusesKill(fault)).flatMap((fault) => fault.pods));
  const killed = pods.filter(({ exit }) => exit?.isForced === true);
  return (
    faults.every((fault) => !isGrave(fault) || fault.accepted !== undefined) &&
    killed.every(({ name }) => excused.has(name))
  );
}

/** Whether a fault fails a rehearsal as long as it is not accepted. */
export function isGrave({ severity, lost }: Fault): boolean {
  return severity === 'error' || lost > 0;
}

/** A pod that had not even started loses nothing by its end. */
function excusesKill({ accepted, code }: Fault): boolean {
  return accepted === 'known' || code === 'stopped-while-starting';
}

/** The same verdict, with the faults of which `isKnown` is true accepted. */
export function acceptKnown(verdict: Verdict, isKnown: (fault: Fault) => boolean): Verdict {
  const faults = verdict.faults.map((fault): Fault => (isKnown(fault) ? { ...fault, accepted: 'known' } : fault));
  const whole = { ...verdict, faults };
  return { ...whole, passes: isPassing(whole) };
}
