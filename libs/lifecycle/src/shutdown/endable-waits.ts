import { type Clock } from '../deadline/clock.js';
import { Limit } from '../deadline/limit.js';
import { type EventStream } from '../events/event-stream.js';

/** A wait that can be ended from outside. */
export type WaitPhase = 'lame-duck' | 'draining';

/** The wait that a shutdown is in: the lame duck, or the drain. It can be ended, or moved ahead. */
export class EndableWaits {
  #current: { readonly phase: WaitPhase; readonly limit: Limit } | undefined;
  readonly #asked = new Set<WaitPhase>();

  constructor(
    private readonly clock: Clock,
    private readonly events: EventStream,
  ) {}

  /** A wait begins; its deadline is to be limited by what this returns, the same when it is asked for again. */
  begin(phase: WaitPhase): Limit {
    if (this.#current?.phase === phase) return this.#current.limit;
    const limit = new Limit();
    this.#current = { phase, limit };
    return limit;
  }

  /** The wait is over. */
  over(): void {
    this.#current = undefined;
  }

  /** Whether a wait was ended because that was asked for. */
  isAsked(phase: WaitPhase): boolean {
    return this.#asked.has(phase);
  }

  /** Ends the wait there is. Returns which, `undefined` when nothing is waited for. */
  end(by: string): WaitPhase | undefined {
    const wait = this.#current;
    if (wait === undefined) return undefined;
    if (!this.#asked.has(wait.phase)) {
      this.#asked.add(wait.phase);
      this.events.emit({ type: 'wait-ended', phase: wait.phase, by });
    }
    wait.limit.moveTo(this.clock.now());
    return wait.phase;
  }

  /** Less time is left than was planned for. */
  moveAhead(ends: Readonly<Record<WaitPhase, number>>): void {
    if (this.#current !== undefined) this.#current.limit.moveTo(ends[this.#current.phase]);
  }
}
