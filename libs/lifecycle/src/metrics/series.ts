import { BUCKETS, type Instrument } from './instruments.js';
import { LabelValues } from './label-values.js';

/** One series of an instrument: its labels, and what was measured. */
export class Series {
  /** A counter or a gauge; the sum of a histogram. */
  value = 0;
  /** Of a histogram: how many values there were. */
  count = 0;
  /** Of a histogram: how many values were up to each bound and above the one before. */
  readonly buckets: number[];

  constructor(
    /** By their names in Prometheus. */
    readonly labels: Readonly<Record<string, string>>,
    isHistogram: boolean,
  ) {
    this.buckets = isHistogram ? BUCKETS.map(() => 0) : [];
  }

  observe(value: number): void {
    this.value += value;
    this.count += 1;
    const index = BUCKETS.findIndex((bound) => value <= bound);
    const before = this.buckets[index];
    if (before !== undefined) this.buckets[index] = before + 1;
  }
}

/** All series of one instrument. Their number is bounded by the values that its labels may have. */
export class SeriesSet {
  readonly #byKey = new Map<string, Series>();
  readonly #values: readonly LabelValues[];

  constructor(readonly instrument: Instrument) {
    this.#values = instrument.labels.map((label) => new LabelValues(label));
  }

  get size(): number {
    return this.#byKey.size;
  }

  all(): Iterable<Series> {
    return this.#byKey.values();
  }

  /** The series of these values, in the order of the instrument's labels. */
  at(...values: readonly string[]): Series {
    const shown = this.#values.map((known, index) => known.of(values[index] ?? ''));
    const key = shown.join('\n');
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const { labels, type } = this.instrument;
    const named = Object.fromEntries(labels.map(({ name }, index) => [name, shown[index] ?? '']));
    const series = new Series(named, type === 'histogram');
    this.#byKey.set(key, series);
    return series;
  }

  /** Sets a gauge. */
  set(value: number, ...labels: readonly string[]): void {
    this.at(...labels).value = value;
  }

  /** Adds to a counter. */
  add(value: number, ...labels: readonly string[]): void {
    this.at(...labels).value += value;
  }

  /** Before a gauge is read again whose 0 has a meaning: what is no longer there has no value. */
  clear(): void {
    this.#byKey.clear();
  }

  /** Before a gauge is read again: what is no longer there has the value 0. */
  zero(): void {
    for (const series of this.#byKey.values()) series.value = 0;
  }
}
