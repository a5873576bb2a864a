import { type InFlightItem, oldestFirst, toItem, type Work, type WorkKind, withoutAnswered } from './work.js';
import { type WorkCount } from './work-source.js';

/** What is in flight right now. */
export interface InFlight {
  /** 0 means nothing has to be waited for. A request whose handler runs counts once. */
  readonly total: number;
  /** Unfinished HTTP responses, from the first byte of their request to the last of their own. */
  readonly responses: number;
  /**
   * Handlers that run, each until its promise has settled or its observable has completed, whether or not its client is
   * still there. One that has returned and whose answer is still being sent, by Nest or by hand (`@Res()`), runs no
   * more: that is a response in flight. The resolvers of one GraphQL request count one each.
   */
  readonly handlers: number;
  readonly messages: number;
  readonly tasks: number;
  /** The oldest first. */
  readonly items: readonly InFlightItem[];
}

/** Everything in flight, of all kinds. Waiting for it to end is event-driven. */
export class InFlightWork {
  readonly #sources: WorkCount[] = [];
  #watcher: (() => void) | undefined;
  #waiting: { readonly isOver: () => boolean; readonly resolve: () => void }[] = [];

  /** Adds a source that calls {@link settled} whenever its size has gone down to 0. */
  addSource(source: WorkCount): void {
    this.#sources.push(source);
  }

  /** Nothing of a source counts any more. */
  removeSource(source: WorkCount): void {
    const index = this.#sources.indexOf(source);
    if (index >= 0) this.#sources.splice(index, 1);
    this.settled();
  }

  get total(): number {
    let total = 0;
    for (const source of this.#sources) total += source.size;
    return total;
  }

  /** How many pieces of work have ended so far. */
  get ended(): number {
    return this.#sources.reduce((sum, source) => sum + source.ended, 0);
  }

  /** Called by a source whose last piece of work has ended. */
  readonly settled = (): void => {
    this.#watcher?.();
    if (this.#waiting.length === 0) return;
    const over = this.#waiting.filter(({ isOver }) => isOver());
    this.#waiting = this.#waiting.filter((wait) => !over.includes(wait));
    for (const { resolve } of over) resolve();
  };

  /** Calls `watcher` whenever the last piece of work of a source has ended. There is one at a time. Returns its undo. */
  onSettled(watcher: () => void): () => void {
    this.#watcher = watcher;
    return () => {
      this.#watcher = undefined;
    };
  }

  /** Resolves once nothing is in flight; at once when nothing is. */
  whenIdle(): Promise<void> {
    return this.#when(() => this.total === 0);
  }

  /** Resolves once only these sources have anything in flight, if any; at once when it is so. */
  whenOnly(sources: (source: WorkCount) => boolean): Promise<void> {
    return this.#when(() => this.#sources.every((source) => sources(source) || source.size === 0));
  }

  #when(isOver: () => boolean): Promise<void> {
    if (isOver()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ isOver, resolve }));
  }

  /** Every piece of work, the oldest first. */
  active(): Work[] {
    return oldestFirst(this.#sources.flatMap((source) => [...source.active()]));
  }

  /** How many pieces of work there are, without a name for any. */
  get count(): number {
    return withoutAnswered(this.active()).length;
  }

  /** What is in flight, with names and ages as of `now` (monotonic milliseconds). */
  snapshot(now: number): InFlight {
    const active = this.active();
    const count = (kind: WorkKind): number => active.filter((work) => work.kind === kind).length;
    const items = withoutAnswered(active).map((work) => toItem(work, now));
    return {
      total: items.length,
      responses: count('response'),
      handlers: count('handler'),
      messages: count('message'),
      tasks: count('task'),
      items,
    };
  }
}
