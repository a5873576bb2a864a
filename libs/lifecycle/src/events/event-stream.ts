import { type LifecycleEvent } from './lifecycle-event.js';

/** Reads events as they happen. */
export type EventReader = (event: LifecycleEvent) => void;

/** Hands every event to every reader, in order, at once. Readers are the library's own and do not throw. */
export class EventStream {
  readonly #readers: EventReader[] = [];

  read(reader: EventReader): void {
    this.#readers.push(reader);
  }

  emit(event: LifecycleEvent): void {
    for (const reader of this.#readers) reader(event);
  }
}
