import { type Fault } from './verdict.js';

/** Errors before warnings. */
export function bySeverity(first: Fault, second: Fault): number {
  return Number(second.severity === 'error') - Number(first.severity === 'error');
}

/** The order of faults in a verdict: errors before warnings, then what cost most. */
export function gravestFirst(first: Fault, second: Fault): number {
  return bySeverity(first, second) || second.lost - first.lost;
}
