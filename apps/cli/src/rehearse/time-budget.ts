import { type RehearsalOptions } from 'nestjs-lifecycle-rollout';

/** One run of a series. */
export interface PlannedRun {
  /** As in `the worst case of every lag`; empty: as it was asked for. */
  readonly name: string;
  readonly options: RehearsalOptions;
}

/**
 * What is worth playing in a time, in this order: the run as it was asked for, the worst case of every lag, the other balancer, and then other seeds as long as
 * there is time. What was asked for already is not played twice.
 */
export function* worthPlaying(options: RehearsalOptions, seed: number): Generator<PlannedRun> {
  const whole = { ...options, seed };
  yield { name: '', options: whole };
  if (options.lags !== 'worst') yield { name: 'the worst case of every lag', options: { ...whole, lags: 'worst' } };
  const balancer = options.balancer === 'request' ? 'connection' : 'request';
  yield { name: `a balancer of ${balancer}s`, options: otherBalancer(whole, balancer) };
  for (let number = 1; ; number += 1) {
    const next = (seed + number) % 2 ** 32;
    yield { name: `seed ${next}`, options: { ...whole, seed: next } };
  }
}

/** An idle timeout and retries are those of a balancer of requests. */
function otherBalancer(
  { idleTimeout, retries, ...options }: RehearsalOptions,
  balancer: 'connection' | 'request',
): RehearsalOptions {
  if (balancer === 'connection') return { ...options, balancer };
  return {
    ...options,
    balancer,
    ...(idleTimeout !== undefined && { idleTimeout }),
    ...(retries !== undefined && { retries }),
  };
}

/** How many runs without a name of their own are worth telling as left out: seeds have no end. */
const NAMED = 3;

/** A time that runs are played in. */
export class TimeBudget {
  readonly #begunAt: number;
  #longestMs = 0;

  constructor(
    private readonly budgetMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#begunAt = now();
  }

  get leftMs(): number {
    return Math.max(0, this.budgetMs - (this.now() - this.#begunAt));
  }

  /** Whether a run as long as the longest so far still fits. */
  get hasRoom(): boolean {
    return this.#longestMs <= this.leftMs && this.leftMs > 0;
  }

  /** A run has taken so long. */
  took(ms: number): void {
    this.#longestMs = Math.max(this.#longestMs, ms);
  }

  /** What could not be played, in a sentence. */
  leftOut(played: number, runs: Iterable<PlannedRun>): string {
    const names: string[] = [];
    let index = 0;
    for (const { name } of runs) {
      if (index >= played && !name.startsWith('seed ')) names.push(name);
      index += 1;
      if (index >= NAMED) break;
    }
    const what = [...names, 'further seeds'].join(', ');
    return `Left out, as a run takes ${Math.ceil(this.#longestMs / 1000)} s and --time allows ${Math.ceil(this.budgetMs / 1000)} s in all: ${what}.`;
  }
}
