import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { delayAt } from 'nestjs-lifecycle-shared';
import { type Lag } from './lag.js';

/** How far the 99th percentile of a normal distribution lies from its median, in standard deviations. */
const DEVIATIONS_TO_P99 = 2.3263;

/**
 * A source of chance that is the same for the same seed. Everything that draws has a stream of its own, by name, so that the order
 * in which a real machine asks does not change what it is given.
 */
export class Random {
  constructor(
    readonly seed: number,
    private readonly lags: LagDraws = 'drawn',
    private readonly prefix = '',
  ) {}

  /** The same for one of several: its streams are its own. */
  within(name: string): Random {
    return new Random(this.seed, this.lags, `${this.prefix}${name}/`);
  }

  /** The stream of that name, from its beginning. */
  stream(name: string): RandomStream {
    return new RandomStream(hash(`${this.seed}/${this.prefix}${name}`), this.lags);
  }
}

/** Whether a lag is drawn from its distribution, or is always the longest of it. */
export type LagDraws = 'drawn' | 'worst';

/** Draws, one after the other. */
export class RandomStream {
  readonly #generator;

  constructor(
    seed: number,
    private readonly lags: LagDraws = 'drawn',
  ) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** From `min`, up to `max`. */
  uniform(min: number, max: number): number {
    return min + uniformFloat64(this.#generator) * (max - min);
  }

  /** A whole number from 0, below `count`. */
  below(count: number): number {
    return Math.floor(this.uniform(0, count));
  }

  /** True in that share of the draws. */
  chance(share: number): boolean {
    return this.uniform(0, 1) < share;
  }

  /** One of them. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** The items in a new order. */
  shuffle<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, key: this.uniform(0, 1) }))
      .toSorted((a, b) => a.key - b.key)
      .map(({ item }) => item);
  }

  /** One index of `weights`, each as often as it weighs. */
  weighted(weights: readonly number[]): number {
    let rest = this.uniform(
      0,
      weights.reduce((sum, weight) => sum + weight, 0),
    );
    for (const [index, weight] of weights.entries()) {
      rest -= weight;
      if (rest < 0) return index;
    }
    return weights.length - 1;
  }

  /** Milliseconds until the next of so many a second that come independently of each other. */
  untilNext(perSecond: number): number {
    return (-Math.log(1 - this.uniform(0, 1)) / perSecond) * 1000;
  }

  /** A delay in milliseconds. It takes no draw from the stream where it is always the longest. */
  lag({ min, median, p99, max, steps }: Lag): number {
    if (this.lags === 'worst') return max;
    if (steps !== undefined) return delayAt({ min, steps }, this.uniform(0, 1));
    // Box and Muller: two uniform draws make a normal one.
    const normal = Math.sqrt(-2 * Math.log(1 - this.uniform(0, 1))) * Math.cos(this.uniform(0, 2 * Math.PI));
    const deviation = median > 0 ? Math.log(Math.max(p99, median) / median) / DEVIATIONS_TO_P99 : 0;
    return Math.min(max, Math.max(min, median * Math.exp(normal * deviation)));
  }
}

/** FNV-1a, 32 bits, mixed once more so that similar names have unlike seeds. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
