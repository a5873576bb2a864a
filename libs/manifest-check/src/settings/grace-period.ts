const LARGEST_MARGIN_MS = 2000;
/** Milliseconds are shared out in fractions. */
const TOLERANCE_MS = 1;

/** What is kept free before SIGKILL, in a grace period of this length. */
export function marginOf(gracePeriodMs: number): number {
  return Math.min(LARGEST_MARGIN_MS, gracePeriodMs / 10);
}

/** Whether everything that is planned, and the margin, fit into a grace period. */
export function fits(planMs: number, gracePeriodMs: number): boolean {
  return planMs + marginOf(gracePeriodMs) <= gracePeriodMs + TOLERANCE_MS;
}

/** The smallest grace period into which a plan fits, in seconds: the margin grows with it, so it is found by trying. */
export function smallestGracePeriod(planMs: number): number {
  return smallestSeconds(planMs, (gracePeriodMs) => fits(planMs, gracePeriodMs));
}

/** The first whole number of seconds, from a time on that is too short, with which something holds. */
export function smallestSeconds(fromMs: number, holds: (ms: number) => boolean): number {
  let seconds = Math.max(1, Math.floor(fromMs / 1000));
  while (!holds(seconds * 1000)) seconds += 1;
  return seconds;
}
