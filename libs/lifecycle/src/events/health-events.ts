/** The score of a component has fallen below the threshold. */
export interface HealthAlertRaised {
  readonly type: 'health-alert-raised';
  readonly component: string;
  /** From 0 to 1. */
  readonly score: number;
  readonly threshold: number;
  /** What has taken more of the score: checks that failed, or a latency that is unusual. */
  readonly cause: 'failures' | 'latency';
  /** How many of the last five checks failed. */
  readonly failed: number;
  /** The median of the last five checks. */
  readonly latencyMs: number;
  /** Why the last failed check failed, without secrets; left out where none of the last five did. */
  readonly failure?: string;
}

/** The score of a component for which there was an alert is well again. */
export interface HealthAlertCleared {
  readonly type: 'health-alert-cleared';
  readonly component: string;
  readonly score: number;
  /** How long the alert stood. */
  readonly durationMs: number;
}

/** Something makes a running service not ready: its score, or its event loop. */
export interface ReadinessShed {
  readonly type: 'readiness-shed';
  /** As the readiness answer calls it: `health-score`, `event-loop`. */
  readonly by: string;
  /** `the score was below 0.5 in 3 rounds in a row, 0.31 in the last`. */
  readonly why: string;
}

/** It does not any more. */
export interface ReadinessRestored {
  readonly type: 'readiness-restored';
  readonly by: string;
  readonly why: string;
  readonly durationMs: number;
}

/** Circuit breakers were opened in the shutdown: calls that begin now fail at once. */
export interface BreakersOpened {
  readonly type: 'breakers-opened';
  readonly names: readonly string[];
}
