import { inspect } from 'node:util';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { isObject } from '../errors/foreign-value.js';
import { type Intake } from '../in-flight/work-source.js';

/** Something in flight behind an intake, as the application names it. */
export interface IntakeItem {
  /** What logs and the report call it: `order 17`. Never data that is not for logs. */
  readonly name: string;
  /** Milliseconds of `performance.now()`, or of `Date.now()`. Default: when it was first asked for. */
  readonly startedAt?: number;
  /** What it is known by elsewhere. */
  readonly correlationId?: string;
}

/** What pulls work in, and what is known of the work it has pulled. */
export interface IntakeOptions {
  /**
   * Takes no more in. What it returns may last until what runs has ended: the drain waits for it, with its whole share of
   * the time, and the shutdown goes on meanwhile.
   */
  stop(): unknown;
  /**
   * What is in flight: a count, or what each piece is called. Asked while the service drains ten times a second, and for
   * `inFlight()`. Without it, what runs is known only by what `stop()` returns.
   */
  inFlight?(): number | Iterable<string | IntakeItem>;
  /** The time is nearly up (a tenth of the drain before, a second at most): what runs is to end by itself. */
  interrupt?(reason: Error): unknown;
  /**
   * When it stops: `'lame-duck'` (default), at the signal, or `'drain'`, in the drain, once no other source has anything in flight
   * that may need it to come to its end.
   */
  readonly intake?: Extract<Intake, 'lame-duck' | 'drain'> | undefined;
}

/** @throws LifecycleError `INVALID_SOURCE` when the options cannot be used */
export function checkIntake(name: string, options: IntakeOptions): void {
  const problem = problemOf(options);
  if (problem === undefined) return;
  throw new LifecycleError('INVALID_SOURCE', `The intake '${name}' ${problem}`);
}

function problemOf(options: unknown): string | undefined {
  if (!isObject(options) || typeof Reflect.get(options, 'stop') !== 'function') {
    return "has no stop(). Type intake('orders', { stop: () => consumer.stop() }).";
  }
  for (const name of ['inFlight', 'interrupt']) {
    const given: unknown = Reflect.get(options, name);
    if (given !== undefined && typeof given !== 'function') {
      return `received ${name} ${inspect(given)}; allowed: a function. Type ${name}: () => ….`;
    }
  }
  const intake: unknown = Reflect.get(options, 'intake');
  if (intake === undefined || intake === 'lame-duck' || intake === 'drain') return undefined;
  return `received intake ${inspect(intake)}; allowed: 'lame-duck', 'drain'. Type intake: 'drain'.`;
}
