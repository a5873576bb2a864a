import { type ServerResponse } from 'node:http';

/** More people look at no process. */
const MOST_WATCHERS = 8;

/** What a browser waits before it asks again, once a connection is lost. */
const RETRY_MS = 1000;

/** The clients that look at the page. One that does not read gets the newest state when it reads again, and nothing is kept for it. */
export class Watchers {
  readonly #open = new Set<Watcher>();

  get size(): number {
    return this.#open.size;
  }

  /**
   * Begins a stream of events.
   *
   * @returns whether there was room for it
   */
  add(response: ServerResponse, onGone: () => void): boolean {
    if (this.#open.size >= MOST_WATCHERS) return false;
    const watcher = new Watcher(response);
    this.#open.add(watcher);
    response.once('close', () => {
      this.#open.delete(watcher);
      onGone();
    });
    return true;
  }

  /** Sends a state to all that can take one. */
  send(state: string): void {
    for (const watcher of this.#open) watcher.send(state);
  }

  /** Sends the last state, in this tick: the process may end in it. */
  end(state: string): void {
    for (const watcher of this.#open) watcher.end(state);
  }
}

class Watcher {
  #isFull = false;
  #newest: string | undefined;

  constructor(private readonly response: ServerResponse) {
    response.on('drain', () => this.#drained());
    // It has gone: `close` follows.
    response.on('error', () => undefined);
    // The stream ends with the connection. Chunks would be held back until the next turn of the event loop.
    response.removeHeader('Transfer-Encoding');
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      Connection: 'close',
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
  }

  send(state: string): void {
    if (this.#isFull) this.#newest = state;
    else this.#write(`event: state\ndata: ${state}\n\n`);
  }

  end(state: string): void {
    // What was not read is lost anyway; the end comes behind it.
    this.#newest = undefined;
    this.#write(`event: end\ndata: ${state}\n\n`);
    this.response.end();
    this.response.socket?.uncork();
  }

  #write(text: string): void {
    this.#isFull = !this.response.write(text);
  }

  #drained(): void {
    this.#isFull = false;
    const state = this.#newest;
    this.#newest = undefined;
    if (state !== undefined && !this.response.writableEnded) this.send(state);
  }
}
