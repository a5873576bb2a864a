import { type InstrumentKey, INSTRUMENTS, type Instrument } from './instruments.js';
import { type Series, SeriesSet } from './series.js';

/** One instrument with what was measured. */
export interface Family {
  readonly instrument: Instrument;
  readonly series: readonly Series[];
}

/** Gets each value of a histogram when it is measured. */
export type Observer = (key: InstrumentKey, seconds: number, series: Series) => void;

/** What was measured, of every instrument of the list. Prometheus and OpenTelemetry read it. */
export class Measurements {
  readonly #sets: Readonly<Record<InstrumentKey, SeriesSet>>;
  readonly #beforeRead: (() => void)[] = [];
  #isUpdated = false;
  readonly #left = new Set<InstrumentKey>();
  /** OpenTelemetry has no histogram that can be read later. */
  observer: Observer | undefined = undefined;

  /** @param left instruments that are left out */
  constructor(left: readonly InstrumentKey[] = []) {
    this.leave(left);
    const sets = Object.entries(INSTRUMENTS).map(([key, instrument]) => [key, new SeriesSet(instrument)]);
    // One for each entry of the list, which TypeScript cannot follow through the loop.
    this.#sets = Object.fromEntries(sets) as Record<InstrumentKey, SeriesSet>;
    for (const outcome of INSTRUMENTS.outcome.labels[0].values) this.of('outcome').at(outcome);
    for (const kind of INSTRUMENTS.refused.labels[0].values) this.of('refused').at(kind);
    this.of('interrupted').at('response');
    this.of('late').at();
  }

  /** These are not shown from now on. */
  leave(keys: readonly InstrumentKey[]): void {
    for (const key of keys) this.#left.add(key);
  }

  of(key: InstrumentKey): SeriesSet {
    return this.#sets[key];
  }

  /** A value of a histogram, in seconds. */
  observe(key: InstrumentKey, seconds: number, series: Series): void {
    series.observe(seconds);
    this.observer?.(key, seconds, series);
  }

  /** Before each reading, what others count is put in. */
  beforeRead(update: () => void): void {
    this.#beforeRead.push(update);
  }

  /** The instruments, without those that are left out, in the order of the list. */
  get keys(): InstrumentKey[] {
    return (Object.keys(INSTRUMENTS) as InstrumentKey[]).filter((key) => !this.#left.has(key));
  }

  /** Everything that has a value, in the order of the list. */
  read(): Family[] {
    return this.keys.flatMap((key) => this.readOne(key) ?? []);
  }

  /** One instrument; `undefined` while it has no value. */
  readOne(key: InstrumentKey): Family | undefined {
    this.#update();
    const { instrument, size } = this.of(key);
    return size === 0 || this.#left.has(key) ? undefined : { instrument, series: [...this.of(key).all()] };
  }

  /** Once for all instruments that are read together. */
  #update(): void {
    if (this.#isUpdated) return;
    this.#isUpdated = true;
    queueMicrotask(() => {
      this.#isUpdated = false;
    });
    for (const update of this.#beforeRead) update();
  }
}
