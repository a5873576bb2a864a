import { elapsed } from '../clock/clock.js';
import { type ClientWorld } from './client-world.js';
import { type Fate } from '../ledger/request-record.js';
import { type Outcome } from './outcome.js';

/** After these a client of a stream comes back; after an answer that is no stream it does not. */
const COMES_BACK: ReadonlySet<Fate> = new Set(['told-to-go', 'reset', 'refused', 'timeout', 'black-hole']);

/** How long a client of a stream stays: until its time is over, if it has one, or the load stops, across connections. */
export class Visit {
  readonly #over = new AbortController();
  readonly #cancelTimer: () => void;

  constructor(
    private readonly world: ClientWorld,
    ms: number | undefined,
  ) {
    this.#cancelTimer = ms === undefined ? () => undefined : world.clock.after(ms, this.#end);
    world.stopping.addEventListener('abort', this.#end, { once: true });
    if (world.stopping.aborted) this.#end();
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** Calls `onOver` when it is over, or now if it is. The returned function removes the listener. */
  whenOver(onOver: () => void): () => void {
    const { signal } = this.#over;
    if (signal.aborted) onOver();
    else signal.addEventListener('abort', onOver, { once: true });
    return () => signal.removeEventListener('abort', onOver);
  }

  /** Connects, and again whenever the connection ends, as browsers do, each time after `waitMs`. */
  async connectAgainAndAgain(connectOnce: () => Promise<Outcome>, waitMs: () => number): Promise<void> {
    try {
      while (!this.isOver) {
        const { fate } = await connectOnce();
        if (this.isOver || !COMES_BACK.has(fate)) return;
        await elapsed(this.world.clock, waitMs(), this.#over.signal);
      }
    } finally {
      this.#end();
    }
  }

  readonly #end = (): void => {
    this.#cancelTimer();
    this.world.stopping.removeEventListener('abort', this.#end);
    this.#over.abort();
  };
}
