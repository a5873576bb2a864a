import { type ServerResponse } from 'node:http';
import { type Clock } from '../../deadline/clock.js';
import { type Range } from '../../options/settings.js';
import { onHeadWritten } from '../head-written.js';
import { type Notices } from '../notices.js';
import { trackedBy } from '../tracked-request.js';
import { type Departures, type LongLived, type LongLivedSource, timeToGo } from './departures.js';
import { EventWriting } from './event-writing.js';
import { endByHand, isEventStream, sendRetry } from './event-stream.js';

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

/** How long a client has to close its half of the connection behind an event stream; shorter than any sensible `retry`. */
const LINGER_MS = 50;

/** Requests that stay open for long: event streams, and those marked with `@LongLived()`. */
export class LongLivedRequests implements LongLivedSource {
  /** By response: those known to be long-lived, with a way to end them where there is one. */
  readonly #marked = new WeakMap<object, { readonly end: EndEvents | undefined }>();

  /** By response: those that end by themselves, whatever they look like. */
  readonly #finite = new WeakSet<object>();
  readonly #writing = new WeakMap<object, EventWriting>();

  constructor(private readonly parts: LongLivedRequestsParts) {}

  /** The answer of a handler that is known to take long. */
  mark(response: object, end?: EndEvents): void {
    this.#marked.set(response, { end });
    if (this.parts.departures.hasBegun && 'headersSent' in response) this.#tellToGo(response as ServerResponse);
  }

  /** The answer of a handler that is known to end by itself. */
  markFinite(response: object): void {
    this.#finite.add(response);
  }

  isLongLived(response: ServerResponse): boolean {
    return !this.#finite.has(response) && (this.#marked.has(response) || isEventStream(response));
  }

  *open(): Iterable<LongLived> {
    for (const response of this.parts.responses()) {
      if (this.isLongLived(response)) yield { leave: () => this.#tellToGo(response) };
    }
  }

  /** The service begins to leave: from now on it is known whether an event is half written. */
  leave(): void {
    for (const response of this.parts.responses()) if (this.isLongLived(response)) this.#watch(response);
  }

  /** The head of an answer was written while the service leaves: it may turn out to be a stream. */
  headWritten(response: ServerResponse): void {
    if (!isEventStream(response) || !this.isLongLived(response)) return;
    this.#watch(response);
    if (!this.parts.departures.hasBegun || this.#marked.has(response)) return;
    // Whoever has written the head is about to write more.
    queueMicrotask(() => this.#tellToGo(response));
  }

  /** Those of `@Sse()` write whole events. */
  #watch(response: ServerResponse): void {
    if (!isEventStream(response)) return;
    if (this.#marked.get(response)?.end === undefined && isEventSource(response)) this.#writingOf(response);
  }

  #tellToGo(response: ServerResponse): void {
    if (response.writableEnded || response.destroyed) return;
    this.parts.notices.tell(response, 'time-up', timeToGo('requests'));
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
    if (end !== undefined) {
      this.#closeConnectionAfter(response);
      sendRetry(response, settings.retryMs);
      end();
    } else if (isEventSource(response) && !notices.isHeardBy(response, 'time-up')) {
      this.#writingOf(response).whenWhole(() => this.#endByHand(response));
    }
  }

  #endByHand(response: ServerResponse): void {
    if (response.writableEnded || response.destroyed) return;
    this.#closeConnectionAfter(response);
    endByHand(response, this.parts.settings.retryMs);
  }

  #writingOf(response: ServerResponse): EventWriting {
    const writing = this.#writing.get(response) ?? new EventWriting(response);
    this.#writing.set(response, writing);
    return writing;
  }

  /** The head of a stream was sent long ago and did not say so; whoever came back on it would come back to this service. */
  #closeConnectionAfter(response: ServerResponse): void {
    const connection = trackedBy(response)?.connection;
    if (connection === undefined || connection.isHttp2) return;
    response.once('close', () => {
      if (!connection.isIdle) return;
      connection.hangUp();
      this.parts.clock.meanwhile(LINGER_MS, () => void connection.closeIdle());
    });
  }
}

/** Only an `EventSource` comes back by itself, and it sends GET: others get their answer to its end, like any request. */
function isEventSource({ req }: ServerResponse): boolean {
  return req.method === 'GET';
}
