import { callForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type LifecycleEvent } from './lifecycle-event.js';

/** Reads events as they happen. */
export type EventReader = (event: LifecycleEvent) => void;

/**
 * Hands every event to every reader, in order, at once. Readers are the library's own; what events hold is not, so that a
 * reader may meet a value that throws. The others read the event all the same, and its sender goes on.
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

/** The log is one of the readers. */
function toStderr(name: string, error: unknown): void {
  process.stderr.write(`[GracefulShutdown] ${name} failed: ${describeError(error)}\n`);
}
