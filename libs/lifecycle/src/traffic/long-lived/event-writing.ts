import { type ServerResponse } from 'node:http';

type Write = (...args: unknown[]) => boolean;

/**
 * The end of an event is a blank line, with any kind of line ends. `\r\n` is the end of one line, not of two
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
const END_OF_EVENT = /[\r\n]\r\n?$|\n\n$/;
const TAIL = 4;

/**
 * Follows what a handler writes to an event stream by itself, so that the stream is not ended in the middle of an
 * event.
 */
export class EventWriting {
  #tail = '\n\n';
  #onWhole: (() => void) | undefined;

  constructor(response: ServerResponse) {
    // The overloads differ in their callbacks, which are passed on as they are.
    const write = response.write.bind(response) as Write;
    response.write = (chunk: unknown, ...others: unknown[]) => {
      const written = write(chunk, ...others);
      this.#tail = (this.#tail + textOf(chunk)).slice(-TAIL);
      // The handler may write more in this turn.
      if (this.#isWhole) queueMicrotask(() => this.#callWhenWhole());
      return written;
    };
  }

  /** Calls `action` as soon as no event is half written. */
  whenWhole(action: () => void): void {
    this.#onWhole = action;
    this.#callWhenWhole();
  }

  get #isWhole(): boolean {
    return END_OF_EVENT.test(this.#tail);
  }

  #callWhenWhole(): void {
    if (!this.#isWhole) return;
    const action = this.#onWhole;
    this.#onWhole = undefined;
    action?.();
  }
}

function textOf(chunk: unknown): string {
  return chunk instanceof Uint8Array
    ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).subarray(-TAIL).toString('latin1')
    : String(chunk);
}
