/** Why a request got no good answer. */
export type Cause = 'refused' | 'reset on reuse' | 'reset on fresh' | 'cut in flight' | '5xx' | 'timeout';

/** Every cause, in the order of the tables. */
export const CAUSES: readonly Cause[] = [
  'refused',
  'reset on reuse',
  'reset on fresh',
  'cut in flight',
  '5xx',
  'timeout',
];

/** What the client saw of a request that failed. */
export interface Failure {
  readonly status?: number;
  readonly code?: string | undefined;
  readonly hasTimedOut?: boolean;
  /** Whether its connection had carried a request before. */
  readonly isReused: boolean;
  /** Whether it had been sent before the signal. */
  readonly isOlderThanSignal: boolean;
  readonly waitedMs: number;
}

/** A reset that comes later than this met a handler at work: one on arrival takes less than a millisecond here. */
const ARRIVED_MS = 50;

/** Names the cause of a failure. */
export function causeOf(failure: Failure): Cause {
  if (failure.status !== undefined) return '5xx';
  if (failure.hasTimedOut === true) return 'timeout';
  if (failure.code === 'ECONNREFUSED') return 'refused';
  if (failure.isOlderThanSignal || failure.waitedMs >= ARRIVED_MS) return 'cut in flight';
  return failure.isReused ? 'reset on reuse' : 'reset on fresh';
}
