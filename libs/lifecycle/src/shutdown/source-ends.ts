import { type Clock } from '../deadline/clock.js';
import { type Source, type WorkSources } from '../in-flight/work-sources.js';

/** When the last work of each source has ended, as far as a drain is concerned. */
export class SourceEnds {
  readonly #seen = new Map<string, { readonly ended: number; readonly afterMs: number }>();
  readonly #startedAt: number;
  readonly #stop: () => void;

  /** Looks from now on. */
  constructor(
    private readonly clock: Clock,
    private readonly sources: WorkSources,
  ) {
    this.#startedAt = clock.now();
    for (const { name, ended } of sources) this.#seen.set(name, { ended, afterMs: 0 });
    this.#stop = sources.inFlight.onSettled(() => this.#look());
  }

  /** Milliseconds from the beginning of the drain. */
  get elapsedMs(): number {
    return this.clock.now() - this.#startedAt;
  }

  /** Milliseconds until the last piece of work of a source had ended; 0 where none has. */
  afterMs(name: string): number {
    return this.#seen.get(name)?.afterMs ?? 0;
  }

  stop(): void {
    this.#stop();
  }

  #look(): void {
    for (const source of this.sources) if (source.size === 0) this.#note(source);
  }

  #note({ name, ended }: Source): void {
    if (this.#seen.get(name)?.ended !== ended) this.#seen.set(name, { ended, afterMs: this.elapsedMs });
  }
}
