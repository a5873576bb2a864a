import { type InstrumentKey } from './instruments.js';
import { type Family, type Measurements } from './measurements.js';

const ended = new WeakSet<Measurements>();

/** The application has ended: the next one that shares with it begins anew. Until then its values can be read. */
export function letGo(measurements: Measurements): void {
  ended.add(measurements);
}

/** What the applications of this process measure that use the same registry, or the same provider. */
export class SharedMeasurements {
  readonly #sources = new Set<Measurements>();

  add(measurements: Measurements): void {
    for (const source of this.#sources) if (ended.has(source)) this.#sources.delete(source);
    this.#sources.add(measurements);
  }

  /** One instrument of each application that has a value. */
  of(key: InstrumentKey): Family[] {
    return [...this.#sources].flatMap((source) => source.readOne(key) ?? []);
  }
}
