import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { deferred } from '../deadline/deferred.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { CountedSource } from '../in-flight/counted-source.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { type InFlightItem, toItem, type Work } from '../in-flight/work.js';
import { type Runner, type RunnerEnd } from './runner.js';

interface FollowedParts {
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  /** Something of a child has failed since the signal. */
  readonly onFailed: (origin: string, error: unknown) => void;
  /** They were killed before the time of the drain was up, or after it. */
  readonly onCut: (items: readonly InFlightItem[]) => void;
}

/** One that runs. */
interface Followed {
  readonly runner: Runner;
  readonly work: Work;
  readonly timeoutMs: number | undefined;
  readonly ended: ReturnType<typeof deferred>;
  isTold: boolean;
  isKilled: boolean;
  cancelTimeout: () => void;
}

/** Child processes and threads that stop with the service. Each is in flight from when it is followed until it has ended. */
export class FollowedSource extends CountedSource {
  readonly #followed = new Set<Followed>();
  #isLeaving = false;
  #isStopping = false;
  /** Those that were killed before the time of the drain was up. */
  #cutEarlier = 0;

  constructor(
    readonly name: string,
    readonly intake: 'lame-duck' | 'drain',
    private readonly parts: FollowedParts,
  ) {
    super(parts.inFlight);
  }

  /** One that is followed while the service stops is told at once. Returns the undo. */
  add(runner: Runner, timeoutMs: number | undefined): () => void {
    if (runner.isOver) return () => undefined;
    const { kind, name } = runner;
    const work: Work = { kind, startedAt: this.parts.clock.now(), describe: () => ({ name }) };
    const state = { isTold: false, isKilled: false, cancelTimeout: (): void => undefined };
    const one: Followed = { runner, work, timeoutMs, ended: deferred(), ...state };
    this.#followed.add(one);
    this.running.add(work);
    const unlisten = runner.onEnd((end) => this.#ended(one, end));
    if (this.#isStopping) this.#tell(one);
    return () => {
      unlisten();
      this.#forget(one);
      this.running.drop(work);
    };
  }

  leave(): void {
    this.#isLeaving = true;
  }

  stopIntake(): void {
    this.#isStopping = true;
    for (const one of [...this.#followed]) this.#tell(one);
  }

  terminate(): void {
    for (const one of [...this.#followed]) this.#kill(one);
  }

  /** Those that were killed are gone within moments. */
  async close(deadline: Deadline): Promise<void> {
    await deadline.settle(this.#allEnded((one) => one.isKilled));
  }

  /** Hooks may have started some. */
  async afterHooks(deadline: Deadline): Promise<void> {
    if (!this.#isLeaving) return;
    await deadline.settle(this.#allEnded());
    this.#cut([...this.#followed].filter(({ isKilled }) => !isKilled));
  }

  /** The process is about to end: what still runs and is no longer waited for is terminated. */
  destroy(): void {
    if (this.#isLeaving) this.terminate();
  }

  get cutEarlier(): number {
    return this.#cutEarlier;
  }

  #tell(one: Followed): void {
    if (one.isTold) return;
    one.isTold = true;
    const { timeoutMs } = one;
    if (timeoutMs !== undefined) {
      one.cancelTimeout = this.parts.clock.after(timeoutMs, () => {
        this.#cutEarlier += 1;
        this.#cut([one]);
      });
    }
    this.#attempt(one, 'telling', () => one.runner.tell());
  }

  /** They are killed, and not waited for any longer. */
  #cut(late: readonly Followed[]): void {
    if (late.length === 0) return;
    const now = this.parts.clock.now();
    this.parts.onCut(late.map(({ work }) => toItem(work, now)));
    for (const one of late) this.#kill(one);
  }

  #kill(one: Followed): void {
    if (one.isKilled) return;
    one.isKilled = true;
    // It has not ended by itself, so it does not count as drained.
    this.running.drop(one.work);
    this.#attempt(one, 'killing', () => one.runner.kill());
  }

  #attempt({ runner }: Followed, what: string, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.parts.onFailed(`${what} ${titleOf(runner)}`, error);
    }
  }

  #ended(one: Followed, end: RunnerEnd): void {
    const { runner, work, isKilled, isTold } = one;
    const fault = runner.faultOf(end);
    if (this.#isLeaving && !isKilled && fault !== undefined) {
      const when = isTold ? 'after it was told to stop' : 'before it was told to stop';
      this.parts.onFailed(titleOf(runner), new LifecycleError('CHILD_FAILED', `it ${fault}, ${when}.`));
    }
    this.#forget(one);
    this.running.remove(work);
  }

  #forget(one: Followed): void {
    one.cancelTimeout();
    this.#followed.delete(one);
    one.ended.resolve();
  }

  async #allEnded(which: (one: Followed) => boolean = () => true): Promise<void> {
    await Promise.all([...this.#followed].filter(which).map(({ ended }) => ended.promise));
  }
}

function titleOf({ kind, name }: Runner): string {
  return kind === 'process' ? `the child process ${name}` : `the ${name}`;
}
