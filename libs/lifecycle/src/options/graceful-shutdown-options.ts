import { type Duration } from '../deadline/duration.js';

/**
 * What users may write. Everything has a default that is right for Kubernetes; durations are `'5s'`, `'250ms'` or
 * milliseconds. What is left out comes from the environment, then from the defaults.
 */
export interface GracefulShutdownOptions {
  /** `false` leaves signals and traffic to Nest; hooks still run, in order, when Nest closes. Default `true`. */
  readonly enabled?: boolean | undefined;
  /** What the platform gives between its signal and SIGKILL. Kubernetes: `terminationGracePeriodSeconds`. Default `'30s'`. */
  readonly gracePeriod?: Duration | undefined;
  /** What a preStop hook uses up of `gracePeriod` before the signal arrives. Default `0`. */
  readonly preStop?: Duration | undefined;
  /**
   * How long to keep serving, with a red readiness, before the listener closes: at least as long as the platform needs
   * to stop routing here. With `{ min, max, quiet }` it ends after `min`, as soon as no request but probes has come for
   * `quiet` (default 1 s), at `max` at the latest. Default 5 s in production; 0 elsewhere, and where nothing listens.
   */
  readonly lameDuck?: Duration | LameDuckOptions | undefined;
  /** Cap on the wait for what is in flight. Default: what `lameDuck` and `hookBudget` leave of the budget. */
  readonly drainTimeout?: Duration | undefined;
  /** Time kept for hooks and for Nest's own hooks and dispose. Default 5 s. */
  readonly hookBudget?: Duration | undefined;
  /** What requests get that arrive while draining: an answer, or 503 with `Retry-After`. Default `'serve'`. */
  readonly lateRequests?: LateRequests | undefined;
  /** The `Retry-After` of a refused request, rounded up to seconds. Default 1 s. */
  readonly retryAfter?: Duration | undefined;
  /** Serves the probes on a port of their own too, open until exit; 0 picks a free one. Default: none. */
  readonly probePort?: number | undefined;
  /** Ready-made `/health/live`, `/health/ready`, `/health/startup` on the service's own port. Default `false`. */
  readonly health?: boolean | HealthOptions | undefined;
  /** How readiness behaves. */
  readonly readiness?: ReadinessOptions | undefined;
  /** After a clean stop: exit with code 0, or raise the signal again so that the parent sees it. Default `'code'`. */
  readonly exit?: ExitStyle | undefined;
  /** The signals that start a shutdown. Default SIGTERM and SIGINT, and SIGBREAK on Windows. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
}

/** A lame duck that ends early once traffic has gone. */
export interface LameDuckOptions {
  /** Never shorter than this. */
  readonly min: Duration;
  /** Never longer than this. */
  readonly max: Duration;
  /** How long no request but probes must have come. Default 1 s. */
  readonly quiet?: Duration | undefined;
}

/** Where the ready-made probes are. */
export interface HealthOptions {
  /** Path before `/live`, `/ready`, `/startup`. Default `/health`. */
  readonly path?: string | undefined;
}

/** How readiness behaves. */
export interface ReadinessOptions {
  /**
   * `'pass'` keeps readiness green during a shutdown, for the cases where a red one takes away the last endpoint
   * (one replica, `externalTrafficPolicy: Local`; KEP-1669). Default `'fail'`.
   */
  readonly onShutdown?: 'fail' | 'pass' | undefined;
  /** How long the result of a gate is reused. Default 1 s. */
  readonly cacheFor?: Duration | undefined;
  /** How long a gate may take before it counts as down. Default 800 ms, within Kubernetes' probe timeout of 1 s. */
  readonly timeout?: Duration | undefined;
}

/** What requests get that arrive while draining: an answer, or 503. */
export type LateRequests = 'serve' | 'refuse';
/** How the process ends after a clean stop: with code 0, or by the signal it got. */
export type ExitStyle = 'code' | 'signal';

/** For `forRootAsync({ useClass })` and `{ useExisting }`. */
export interface GracefulShutdownOptionsFactory {
  createGracefulShutdownOptions(): GracefulShutdownOptions | Promise<GracefulShutdownOptions>;
}
