import { type ServerResponse } from 'node:http';
import { type Clock } from '../../deadline/clock.js';
import { LifecycleError } from '../../errors/lifecycle-error.js';
import { type Range } from '../../options/settings.js';
import { type Notices } from '../notices.js';
import { trackedBy } from '../tracked-request.js';
import { type Departures, type LongLived, type LongLivedSource } from './departures.js';
import { endByHand, isEventStream, onHeadWritten, sendRetry } from './event-stream.js';

/** Ends the observable of an `@Sse()` handler. */
export type EndEvents = () => void;

interface LongLivedRequestsParts {
  readonly clock: Clock;
  readonly notices: Notices;
  readonly departures: Departures;
  readonly settings: { readonly retryMs: Range };
  /** Every unfinished response. */
  readonly responses: () => Iterable<ServerResponse>;
  readonly onError: (error: unknown) => void;
}

/** How long the connection of an event stream may linger; shorter than any sensible `retry`. */
const LINGER_MS = 250;

/** Requests that stay open for long: event streams, and those marked with `@LongLived()`. */
export class LongLivedRequests implements LongLivedSource {
  /** By response: those known to be long-lived, with a way to end them where there is one. */
  readonly #marked = new WeakMap<object, { readonly end: EndEvents | undefined }>();

  constructor(private readonly parts: LongLivedRequestsParts) {}

  /** The answer of a handler that is known to take long. */
  mark(response: object, end?: EndEvents): void {
    this.#marked.set(response, { end });
    if (this.parts.departures.hasBegun && 'headersSent' in response) this.#tellToGo(response as ServerResponse);
  }

  isLongLived(response: ServerResponse): boolean {
    return this.#marked.has(response) || isEventStream(response);
  }

  *open(): Iterable<LongLived> {
    for (const response of this.parts.responses()) {
      if (this.isLongLived(response)) yield { leave: () => this.#tellToGo(response) };
    }
  }

  /** The head of an answer was written while the service leaves: it may turn out to be a stream. */
  headWritten(response: ServerResponse): void {
    if (!this.parts.departures.hasBegun || this.#marked.has(response) || !isEventStream(response)) return;
    // Whoever has written the head is about to write more.
    queueMicrotask(() => this.#tellToGo(response));
  }

  #tellToGo(response: ServerResponse): void {
    if (response.writableEnded || response.destroyed) return;
    this.parts.notices.tell(response, 'time-up', goNow());
    try {
      this.#endEvents(response);
    } catch (error) {
      this.parts.onError(error);
    }
  }

  #endEvents(response: ServerResponse): void {
    const { notices, settings } = this.parts;
    const end = this.#marked.get(response)?.end;
    if (!isEventStream(response)) {
      // Without a head of its type an EventSource would never come back. Nest is about to write it.
      if (end !== undefined) onHeadWritten(response, () => this.#tellToGo(response));
      return;
    }
    this.#closeConnectionAfter(response);
    sendRetry(response, settings.retryMs);
    if (end !== undefined) end();
    else if (!notices.isHeardBy(response, 'time-up')) endByHand(response);
  }

  /** The head of a stream was sent long ago and did not say so; whoever came back on it would come back to this service. */
  #closeConnectionAfter(response: ServerResponse): void {
    const connection = trackedBy(response)?.connection;
    if (connection === undefined || connection.isHttp2) return;
    const close = (): void => (connection.isIdle ? void connection.closeIdle() : undefined);
    response.once('close', () => this.parts.clock.meanwhile(LINGER_MS, close));
  }
}

function goNow(): LifecycleError {
  return new LifecycleError('SHUTTING_DOWN', 'The service is stopping: it is time for long-lived requests to end.');
}
