import { median, robustZ } from './statistics.js';

/** What one check came to. */
export interface CheckResult {
  readonly isUp: boolean;
  /** From its call to its result, or to the end of its time. */
  readonly latencyMs: number;
}

/** What the last checks of a component say, beside those before them. */
export interface Assessment {
  /** From 0, nothing works, to 1. */
  readonly score: number;
  /** Part of the last {@link RECENT} checks that failed. Those that have not been made yet count as passed. */
  readonly failureShare: number;
  /** The median of the last checks. */
  readonly latencyMs: number;
  /** The median of the checks before them; `undefined` while there are too few. */
  readonly usualLatencyMs: number | undefined;
  /** How unusual the latency is, and the share of failures; 0 while there is too little to compare with. */
  readonly latencyZ: number;
  readonly failureZ: number;
}

/** How many checks are the present; those before them are what is usual. */
export const RECENT = 5;
/** Less than this is not compared with. */
const LEAST_USUAL = 10;
/** From this z-score on a value is an outlier, and from twice that on it takes its whole part of the score. */
const OUTLIER_Z = 3.5;
/** What an outlier takes of the score at most: a component that is slow, and answers, is better than one that fails. */
const OUTLIER_PART = 0.5;
/** Latencies that differ by less than a tenth of the usual one, or by less than a millisecond, are the same. */
const leastLatencyDeviation = (usualMs: number): number => Math.max(1, usualMs / 10);
/** Half a check in five. */
const leastShareDeviation = (): number => 0.1;

/**
 * The score of a component: the part of the last five checks that passed, times 1 − ½ × anomaly. The anomaly is 0 up to a robust
 * z-score of 3.5, 1 from 7 on, and a straight line in between: of the latency or of the share of failures, whichever is larger. What is usual
 * is taken from the checks before the last five. So the score lies between 0 and 1, and a failure among the last five never makes it larger.
 *
 * @param history the oldest first
 */
export function assess(history: readonly CheckResult[]): Assessment {
  const recent = history.slice(-RECENT);
  const usual = history.slice(0, -RECENT);
  const failureShare = failuresIn(recent) / RECENT;
  const latencyMs = median(recent.map((check) => check.latencyMs));
  const usualLatencies = usual.filter(({ isUp }) => isUp).map((check) => check.latencyMs);
  const isLatencyKnown = usualLatencies.length >= LEAST_USUAL;
  const latencyZ = isLatencyKnown ? robustZ(latencyMs, usualLatencies, leastLatencyDeviation) : 0;
  const failureZ = usual.length >= LEAST_USUAL ? robustZ(failureShare, sharesOf(usual), leastShareDeviation) : 0;
  const anomaly = Math.max(anomalyOf(latencyZ), anomalyOf(failureZ));
  return {
    score: (1 - failureShare) * (1 - OUTLIER_PART * anomaly),
    failureShare,
    latencyMs,
    usualLatencyMs: isLatencyKnown ? median(usualLatencies) : undefined,
    latencyZ,
    failureZ,
  };
}

function anomalyOf(z: number): number {
  return Math.min(1, Math.max(0, (z - OUTLIER_Z) / OUTLIER_Z));
}

function failuresIn(checks: readonly CheckResult[]): number {
  return checks.filter(({ isUp }) => !isUp).length;
}

/** The share of failures of each five checks, from the newest ones back; fewer than five are left out. */
function sharesOf(checks: readonly CheckResult[]): number[] {
  const groups = Math.floor(checks.length / RECENT);
  return Array.from({ length: groups }, (_, index) => {
    const end = checks.length - index * RECENT;
    return failuresIn(checks.slice(end - RECENT, end)) / RECENT;
  });
}
