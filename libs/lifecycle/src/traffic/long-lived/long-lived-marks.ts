import { type ServerResponse } from 'node:http';
import { isEventStream } from './event-stream.js';

/** Ends the observable of an `@Sse()` handler. */
export type EndEvents = () => void;

/** What is known of answers: which take long, and which only look as if they did. */
export class LongLivedMarks {
  /** By response: those known to be long-lived, with a way to end them where there is one. */
  readonly #marked = new WeakMap<object, { readonly end: EndEvents | undefined }>();
  /** By response: those that end by themselves, whatever they look like. */
  readonly #finite = new WeakSet<object>();

  mark(response: object, end: EndEvents | undefined): void {
    this.#marked.set(response, { end });
  }

  markFinite(response: object): void {
    this.#finite.add(response);
  }

  isMarked(response: object): boolean {
    return this.#marked.has(response);
  }

  /** How the events of an answer are ended, where that is known. */
  endOf(response: object): EndEvents | undefined {
    return this.#marked.get(response)?.end;
  }

  readonly isLongLived = (response: ServerResponse): boolean =>
    !this.#finite.has(response) && (this.#marked.has(response) || isEventStream(response));
}
