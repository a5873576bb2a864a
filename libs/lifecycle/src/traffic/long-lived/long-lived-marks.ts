import { type ServerResponse } from 'node:http';
import { isEventStream } from './event-stream.js';

/** Ends the observable of an `@Sse()` handler. */
export type EndEvents = () => void;

/** Which answers are long-lived, and which only look as if they were. */
export class LongLivedMarks {
  /** By response: answers known to be long-lived, with the function that ends them, where there is one. */
  readonly #marked = new WeakMap<object, { readonly end: EndEvents | undefined }>();
  /** The responses that end by themselves, whatever their content type. */
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

  /** The function that ends the events of an answer, where there is one. */
  endOf(response: object): EndEvents | undefined {
    return this.#marked.get(response)?.end;
  }

  readonly isLongLived = (response: ServerResponse): boolean =>
    !this.#finite.has(response) && (this.#marked.has(response) || isEventStream(response));
}
