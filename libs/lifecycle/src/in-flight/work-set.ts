import { type Work } from './work.js';
import { type WorkCount } from './work-source.js';

/** Counts work that is added and removed one by one. */
export class WorkSet implements WorkCount {
  readonly #active = new Set<Work>();
  #waiting: (() => void)[] = [];
  ended = 0;
  #onEnded: ((work: Work) => void) | undefined;

  constructor(private readonly onIdle: () => void) {}

  get size(): number {
    return this.#active.size;
  }

  active(): Iterable<Work> {
    return this.#active;
  }

  add(work: Work): void {
    this.#active.add(work);
  }

  /** Resolves when the next piece of work is removed. */
  whenRemoved(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Calls back with each piece that has ended: where that is measured. */
  followEnds(onEnded: (work: Work) => void): void {
    this.#onEnded = onEnded;
  }

  /** Removing twice counts once. */
  remove(work: Work): void {
    if (!this.#active.delete(work)) return;
    this.ended += 1;
    this.#onEnded?.(work);
    this.#removed();
  }

  /** It is not counted any longer, and has not ended. Says whether it was counted. */
  drop(work: Work): boolean {
    const isDropped = this.#active.delete(work);
    if (isDropped) this.#removed();
    return isDropped;
  }

  #removed(): void {
    if (this.#waiting.length > 0) for (const resolve of this.#waiting.splice(0)) resolve();
    if (this.#active.size === 0) this.onIdle();
  }
}
