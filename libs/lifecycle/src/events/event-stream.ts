import { type Clock, currentClock } from '../deadline/clock.js';
import { callForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent, type Moment, type TimedEvent } from './lifecycle-event.js';

/** Reads events as they happen. */
export type EventReader = (event: LifecycleEvent, moment: Moment) => void;

/** Gets events in their order, each a frozen object of its own. */
export type EventObserver = (event: TimedEvent) => void;

/**
 * Passes every event to every reader, in order, in the same tick. Readers are the library's own, and part of the shutdown: it
 * asks them at once for what they have read. Observers come after them. One that does something that emits further events gets
 * those after all observers have had this one. What one of them throws keeps no other from its turn, and `emit` never throws.
 */
export class EventStream {
  readonly #readers: EventReader[] = [];
  readonly #observers = new Set<EventObserver>();
  readonly #queue: TimedEvent[] = [];
  #isObserved = false;
  #hasEnded = false;

  constructor(private readonly clock: Clock = currentClock()) {}

  /** Whether the event of the end was emitted. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  read(reader: EventReader): void {
    this.#readers.push(reader);
  }

  /** Returns its undo. */
  observe(observer: EventObserver): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  emit(event: LifecycleEvent): void {
    this.#hasEnded ||= event.type === 'shutdown-ended';
    const moment = { atMs: this.clock.now(), time: new Date().toISOString() };
    // Before the readers, whose answer to this event may be another one.
    if (this.#observers.size > 0) this.#queue.push(Object.freeze({ ...event, ...moment }));
    for (const reader of this.#readers) tell(event, () => reader(event, moment));
    this.#passOn();
  }

  #passOn(): void {
    if (this.#isObserved) return;
    this.#isObserved = true;
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      const next = event;
      for (const observer of [...this.#observers]) tell(next, () => observer(next));
    }
    this.#isObserved = false;
  }
}

/** Failures go to stderr, because the log is one of the readers. */
function tell({ type }: LifecycleEvent, read: () => void): void {
  const onError = (name: string, error: unknown): void => {
    process.stderr.write(`[GracefulShutdown] ${name} failed: ${describeError(error)}\n`);
  };
  callForeign({ name: `telling of ${type}`, fallback: undefined, onError }, read);
}
