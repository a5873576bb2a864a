import { type Duration, parseDuration } from '../deadline/duration.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { type ReadVariable } from '../platform/platform.js';

/** A problem that a check of the application has found. */
export interface CheckProblem {
  /** What it is about, where the check looks at several things: it becomes part of the id. */
  readonly about?: string | undefined;
  /** What is wrong. Never the value of a secret. */
  readonly message: string;
  /** What to type. */
  readonly remedy?: string | undefined;
}

/** What a check of the application answers: nothing where all is well, a text or problems where it is not. */
export type CheckAnswer =
  | void
  | undefined
  | null
  | boolean
  | string
  | CheckProblem
  | readonly (string | CheckProblem)[];

/** What a check of the application is told. */
export interface CheckContext {
  /** Aborted when its time is up. */
  readonly signal: AbortSignal;
  readonly isProduction: boolean;
  /** A variable, through `@nestjs/config` where it is installed. */
  readonly variable: ReadVariable;
}

/** A check of the application: all is well unless it answers a problem, answers `false`, throws, or is late. */
export interface ProductionReadinessCheck {
  check(context: CheckContext): CheckAnswer | PromiseLike<CheckAnswer>;
}

/** How a check of the application is called. */
export interface ProductionCheckOptions {
  /** How long it may take before that is a problem. Default `productionReadiness.timeout` of the module, 5 s. */
  readonly timeout?: Duration | undefined;
}

/** A check of the application, with its name. */
export interface OwnCheck {
  readonly name: string;
  readonly timeoutMs: number | undefined;
  readonly run: ProductionReadinessCheck['check'];
}

/**
 * Reads what was given to `add()` or to the decorator.
 *
 * @throws LifecycleError `INVALID_OPTIONS` when the name or the duration cannot be used
 */
export function readOwnCheck(
  name: unknown,
  run: unknown,
  { timeout }: ProductionCheckOptions,
  taken: (name: string) => boolean,
): OwnCheck {
  if (typeof name !== 'string' || !/^[\w.-]{1,100}$/.test(name)) {
    throw refused(nameText(name), "its name may have letters, digits, '_', '-' and '.'. Type 'mail'");
  }
  if (taken(name)) throw refused(name, 'there already is a check of that name. Give this one another name');
  if (typeof run !== 'function') throw refused(name, 'it is no function. Type () => { … }');
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout);
  if (timeout !== undefined && !timeoutMs) throw refused(name, "its timeout is no duration. Type timeout: '5s'");
  // A function of the application: what it answers is looked at when it is called.
  return { name, timeoutMs, run: run as OwnCheck['run'] };
}

function refused(name: string, why: string): LifecycleError {
  return new LifecycleError('INVALID_OPTIONS', `The production check '${name}' cannot be used: ${why}.`);
}
