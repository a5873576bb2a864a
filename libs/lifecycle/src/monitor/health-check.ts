import { type Duration } from '../deadline/duration.js';

/** What a check may return. Nothing and `true` are up, `false` is down; any other value is a failure. */
export type HealthCheckResult = void | boolean | HealthCheckStatus | Readonly<Record<string, HealthCheckStatus>>;

/** A status by its word, as indicators of Terminus return it by their names. */
export interface HealthCheckStatus {
  readonly status: 'up' | 'down';
  readonly message?: unknown;
}

/** Checks one component: up unless it throws, rejects, is late, or returns something else. `signal` is aborted when its time is up. */
export type HealthCheckFunction = (context: {
  readonly signal: AbortSignal;
}) => HealthCheckResult | PromiseLike<HealthCheckResult>;

/** A component of the health monitor, written as an injectable and marked with `@HealthComponent()`. */
export interface HealthComponentCheck {
  check: HealthCheckFunction;
}

/** How one component is checked. */
export interface HealthComponentOptions {
  /** How long a check may take. Default `healthMonitor.timeout`; never more than `healthCheckInterval`. */
  readonly timeout?: Duration | undefined;
  /**
   * Whether the service is as healthy as this component at most. `false` for what it can do without: its score is shown, its alerts are
   * raised, and the score of the service does not change. Default `true`.
   */
  readonly isCritical?: boolean | undefined;
}
