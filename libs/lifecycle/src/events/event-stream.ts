import { callForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent } from './lifecycle-event.js';

/** Reads events as they happen. */
export type EventReader = (event: LifecycleEvent) => void;

/**
 * Passes every event to every reader, in order, in the same tick. Readers are the library's own, but an event may hold
 * a value that throws. The other readers get the event all the same, and `emit` never throws.
 */
export class EventStream {
  readonly #readers: EventReader[] = [];

  read(reader: EventReader): void {
    this.#readers.push(reader);
  }

  emit(event: LifecycleEvent): void {
    const call = { name: `telling of ${event.type}`, fallback: undefined, onError: toStderr };
    for (const reader of this.#readers) callForeign(call, () => reader(event));
  }
}

/** To stderr, because the log is one of the readers. */
function toStderr(name: string, error: unknown): void {
  process.stderr.write(`[GracefulShutdown] ${name} failed: ${describeError(error)}\n`);
}
