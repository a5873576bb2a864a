import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { type EventStream } from '../events/event-stream.js';
import { type Group } from './coordinate-options.js';
import { type FreePlace } from './shutdown-limit.js';

/** How long giving places back may take. */
const FREE_MS = 1000;

interface HeldPlace {
  readonly group: string;
  readonly free: FreePlace;
}

/** The turns of this instance among others of its groups: waited for in the lame duck, given back when the drain is over. */
export class Coordination {
  readonly #groups = new Set<Group>();
  readonly #waiting = new Set<string>();
  #held: HeldPlace[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly events: EventStream,
  ) {}

  /** Whether there is any turn to wait for. */
  get isWanted(): boolean {
    return this.#groups.size > 0;
  }

  /** What is waited for right now. */
  get waitingFor(): string[] {
    return [...this.#waiting].map((group) => `a turn in the group ${group}`);
  }

  /** Returns its undo. */
  add(group: Group): () => void {
    this.#groups.add(group);
    return () => void this.#groups.delete(group);
  }

  /** Waits for the turns, each at most its share of the time until `deadline`. Never rejects. */
  async wait(deadline: Deadline): Promise<void> {
    await Promise.all([...this.#groups].map((group) => this.#waitFor(group, deadline)));
  }

  /** Gives the places back: the next ones may drain. Never rejects. */
  async free(deadline: Deadline): Promise<void> {
    const limit = deadline.within(FREE_MS);
    await Promise.all(this.#held.splice(0).map((place) => this.#free(place, limit)));
  }

  async #waitFor({ group, limit, through, maxWaitMs }: Group, deadline: Deadline): Promise<void> {
    const startedAt = this.clock.now();
    const left = new AbortController();
    this.#waiting.add(group);
    // Foreign: it may throw at once.
    const joining = Promise.resolve().then(() => through.join({ group, limit, signal: left.signal }));
    const settled = await deadline.within(maxWaitMs ?? deadline.remainingMs / 2).settle(joining);
    this.#waiting.delete(group);
    const fact = { type: 'turn-settled', group, limit, waitedMs: this.clock.now() - startedAt } as const;
    if (settled.how === 'done') {
      this.#held.push({ group, free: settled.value });
      return this.events.emit({ ...fact, result: 'taken' });
    }
    left.abort();
    if (settled.how === 'failed') return this.events.emit({ ...fact, result: 'failed', error: settled.error });
    this.events.emit({ ...fact, result: 'late' });
    // A place that comes after all is not kept from the others.
    void joining.then(
      (free) => this.#free({ group, free }, deadline.after(FREE_MS)),
      () => undefined,
    );
  }

  async #free({ group, free }: HeldPlace, limit: Deadline): Promise<void> {
    const settled = await limit.settle(Promise.resolve().then(free));
    if (settled.how === 'done') return;
    const error = settled.how === 'failed' ? settled.error : new Error(`no answer in ${FREE_MS} ms`);
    this.events.emit({ type: 'turn-not-freed', group, error });
  }
}
