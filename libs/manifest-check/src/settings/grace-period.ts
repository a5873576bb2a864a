import { marginOf } from 'nestjs-lifecycle/options';

/** Milliseconds are shared out in fractions. */
const TOLERANCE_MS = 1;

/** Whether everything that is planned, and the margin, fit into a grace period. */
export function fits(planMs: number, gracePeriodMs: number): boolean {
  return planMs + marginOf(gracePeriodMs) <= gracePeriodMs + TOLERANCE_MS;
}

/** The smallest grace period into which a plan fits, in seconds: the margin grows with it, so it is found by trying. */
export function smallestGracePeriod(planMs: number): number {
  let seconds = Math.max(1, Math.floor(planMs / 1000));
  while (!fits(planMs, seconds * 1000)) seconds += 1;
  return seconds;
}
