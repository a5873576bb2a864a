import { type Clock } from '../deadline/clock.js';
import { Limit } from '../deadline/limit.js';
import { type EventStream } from '../events/event-stream.js';

/** A phase whose wait can be ended early. */
export type WaitPhase = 'lame-duck' | 'draining';

/** The wait that a shutdown is in: the lame duck or the drain. It can be ended early, or get an earlier deadline. */
export class EndableWaits {
  #current: { readonly phase: WaitPhase; readonly limit: Limit } | undefined;
  readonly #asked = new Set<WaitPhase>();
  #allEndedBy: string | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly events: EventStream,
  ) {}

  /** A wait begins. Returns the limit of its deadline; the same limit when it is called again for the same phase. */
  begin(phase: WaitPhase): Limit {
    if (this.#current?.phase === phase) return this.#current.limit;
    const limit = new Limit();
    this.#current = { phase, limit };
    if (this.#allEndedBy !== undefined) this.end(this.#allEndedBy);
    return limit;
  }

  /** Ends the wait there is, and every later one when it begins. */
  endAll(by: string): void {
    this.#allEndedBy ??= by;
    this.end(by);
  }

  /** The wait is over. */
  over(): void {
    this.#current = undefined;
  }

  /** Whether the wait of a phase was ended by `end()`. */
  isAsked(phase: WaitPhase): boolean {
    return this.#asked.has(phase);
  }

  /** Ends the current wait. Returns its phase; `undefined` when there is none. */
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

  /** Less time is left than was planned: the current wait gets the deadline of its phase in `ends`. */
  moveAhead(ends: Readonly<Record<WaitPhase, number>>): void {
    if (this.#current !== undefined) this.#current.limit.moveTo(ends[this.#current.phase]);
  }
}
