import { type CheckLevel } from '../options/graceful-shutdown-options.js';

/** What a check has found: what is wrong, and what to type. */
export interface FoundProblem {
  /** What it is about: a variable, a client. Left out where the check looks at one thing. */
  readonly about?: string | undefined;
  /** What is wrong, a sentence. Never the value of a secret. */
  readonly message: string;
  /** What to type, a sentence. */
  readonly remedy?: string | undefined;
}

/** A problem of the configuration. Plain data, without anything secret. */
export interface ConfigurationProblem {
  /** By which it can be accepted: the name of its check, and what it is about: `secrets:JWT_SECRET`. */
  readonly id: string;
  /** The name of the check that found it. */
  readonly check: string;
  /** What it does in production: ends the start, or is logged. */
  readonly level: Exclude<CheckLevel, 'off'>;
  /** What is wrong. */
  readonly message: string;
  /** What to type; empty where a check of the application says nothing. */
  readonly remedy: string;
}

/** A problem that is accepted, and why. */
export interface AcceptedProblem extends ConfigurationProblem {
  readonly reason: string;
}

/** A check that could not say anything, and why. */
export interface CheckNotJudged {
  readonly check: string;
  readonly why: string;
}

/** What was found when the application started. Plain data, without anything secret. */
export interface ProductionReadinessResult {
  /** `not-ready`: there are problems that are not accepted. */
  readonly status: 'ready' | 'not-ready';
  /** Whether problems of the level `refuse` have ended the start. */
  readonly isProduction: boolean;
  /** ISO 8601. */
  readonly checkedAt: string;
  readonly problems: readonly ConfigurationProblem[];
  readonly accepted: readonly AcceptedProblem[];
  /** The names of the checks that found nothing. */
  readonly passed: readonly string[];
  readonly notJudged: readonly CheckNotJudged[];
}
