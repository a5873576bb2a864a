import { type ServerResponse } from 'node:http';

type Write = (...args: unknown[]) => boolean;

/**
 * A blank line ends an event, whichever way lines end; `\r\n` is the end of one line, not of two
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
const END_OF_EVENT = /[\r\n]\r\n?$|\n\n$/;
const TAIL = 4;

/** Follows what somebody writes by hand to an event stream, so that it is never ended in the middle of an event. */
export class EventWriting {
  #tail = '\n\n';
  #onWhole: (() => void) | undefined;

  constructor(response: ServerResponse) {
    // Its overloads differ in whom they tell.
    const write = response.write.bind(response) as Write;
    response.write = (chunk: unknown, ...others: unknown[]) => {
      const written = write(chunk, ...others);
      this.#tail = (this.#tail + textOf(chunk)).slice(-TAIL);
      // Whoever writes may have more to say in this turn.
      if (this.#isWhole) queueMicrotask(() => this.#tell());
      return written;
    };
  }

  /** Calls `action` as soon as no event is half written. */
  whenWhole(action: () => void): void {
    this.#onWhole = action;
    this.#tell();
  }

  get #isWhole(): boolean {
    return END_OF_EVENT.test(this.#tail);
  }

  #tell(): void {
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
