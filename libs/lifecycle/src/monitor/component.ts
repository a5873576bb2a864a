import { type Clock } from '../deadline/clock.js';
import { formatDuration } from '../deadline/duration.js';
import { hideSecrets } from '../errors/hide-secrets.js';
import { describeError, LifecycleError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { type Assessment, assess, type CheckResult } from './assessment.js';
import { expectUp } from './check-result.js';
import { type HealthCheckFunction } from './health-check.js';
import { Ring } from './ring.js';
import { type Trend, trendOf } from './trend.js';

/** `unknown`: not checked yet. `down`: the last three checks failed. `degraded`: its score is below the threshold. */
export type ComponentStatus = 'up' | 'degraded' | 'down' | 'unknown';

/** Every status. */
export const COMPONENT_STATUSES = ['up', 'degraded', 'down', 'unknown'] as const;

/** How one component is checked, and judged. */
export interface ComponentTerms {
  readonly timeoutMs: number;
  readonly historySize: number;
  readonly threshold: number;
  readonly isCritical: boolean;
}

/** The last check that has come to something. */
export interface LastCheck extends CheckResult {
  /** Monotonic milliseconds. */
  readonly at: number;
  /** Why it failed, without secrets; `undefined` where it passed. */
  readonly failure: string | undefined;
}

/** How many checks in a row fail before a component is down. */
const DOWN_AFTER = 3;
/** A check that has not answered for this many times its time is given up, and the component is checked again. */
const LOST_AFTER_TIMEOUTS = 10;
/** The longest text of a failure. */
const LONGEST_FAILURE = 300;

/** One component: its checks one after the other, and what they came to. */
export class Component {
  checks = 0;
  failures = 0;
  failuresInARow = 0;
  last: LastCheck | undefined;
  assessment: Assessment = assess([]);
  readonly #history: Ring<CheckResult>;
  readonly #scores: Ring<number>;
  #isCancelled = false;
  #asking: { readonly since: number; readonly cancel: AbortController } | undefined;

  constructor(
    readonly name: string,
    readonly terms: ComponentTerms,
    private readonly check: HealthCheckFunction,
    private readonly clock: Clock,
  ) {
    this.#history = new Ring(terms.historySize);
    this.#scores = new Ring(terms.historySize);
  }

  get status(): ComponentStatus {
    if (this.checks === 0) return 'unknown';
    if (this.failuresInARow >= DOWN_AFTER) return 'down';
    return this.assessment.score < this.terms.threshold ? 'degraded' : 'up';
  }

  get trend(): Trend {
    return trendOf(this.#scores.values);
  }

  /**
   * Checks it once. Never rejects, and resolves within its time. A check that has not answered is not called again: the component has
   * failed once more.
   */
  async run(): Promise<void> {
    const now = this.clock.now();
    if (this.#asking !== undefined) {
      const ageMs = now - this.#asking.since;
      if (ageMs < this.terms.timeoutMs * LOST_AFTER_TIMEOUTS) {
        return this.#note(this.terms.timeoutMs, late(`the check before has not answered for ${formatDuration(ageMs)}`));
      }
    }
    const asking = { since: now, cancel: new AbortController() };
    this.#asking = asking;
    const answered = this.#call(asking.cancel.signal).finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
    const failure = await this.#inTime(answered, asking.cancel);
    this.#note(this.clock.now() - now, failure);
  }

  /** Gives up a check that runs, which then says nothing: the service stops, or the component was taken back. */
  cancel(): void {
    this.#isCancelled = true;
    this.#asking?.cancel.abort(late('it is not checked any more'));
  }

  /** What the check has thrown, or nothing. */
  async #call(signal: AbortSignal): Promise<unknown> {
    try {
      expectUp(await this.check({ signal }));
      return undefined;
    } catch (error) {
      return error ?? late('its check threw nothing');
    }
  }

  #inTime(answered: Promise<unknown>, cancel: AbortController): Promise<unknown> {
    const { timeoutMs } = this.terms;
    const { signal } = cancel;
    return new Promise((resolve) => {
      const timeIsUp = (): void => cancel.abort(late(`no answer within ${formatDuration(timeoutMs)}`));
      const stop = this.clock.meanwhile(timeoutMs, timeIsUp);
      const end = (failure: unknown): void => {
        stop();
        resolve(failure);
      };
      signal.addEventListener('abort', () => end(signal.reason), { once: true });
      void answered.then(end);
    });
  }

  #note(latencyMs: number, failure: unknown): void {
    if (this.#isCancelled) return;
    const isUp = failure === undefined;
    this.checks += 1;
    this.failures += isUp ? 0 : 1;
    this.failuresInARow = isUp ? 0 : this.failuresInARow + 1;
    const text = isUp ? undefined : nameText(hideSecrets(describeError(failure)), LONGEST_FAILURE);
    this.last = { isUp, latencyMs, at: this.clock.now(), failure: text };
    this.#history.push({ isUp, latencyMs });
    this.assessment = assess(this.#history.values);
    this.#scores.push(this.assessment.score);
  }
}

function late(message: string): LifecycleError {
  return new LifecycleError('HEALTH_CHECK_FAILED', message);
}
