import { type ServerResponse } from 'node:http';
import { type Clock } from '../../deadline/clock.js';
import { type Range } from '../../options/settings.js';
import { onHeadWritten } from '../wire/head-written.js';
import { type Notices } from '../../in-flight/notices.js';
import { trackedBy } from '../http/tracked-request.js';
import { type Emitter } from '../../events/emitter.js';
import { type Work } from '../../in-flight/work.js';
import { type LongLived } from '../../in-flight/work-source.js';
import { type Source } from '../../in-flight/work-sources.js';
import { type Departures, timeToGo } from '../../in-flight/departures.js';
import { type EndEvents, type LongLivedMarks } from './long-lived-marks.js';
import { EventWriting } from './event-writing.js';
import { endByHand, isEventStream, sendRetry } from './event-stream.js';

interface LongLivedRequestsParts {
  readonly clock: Clock;
  readonly notices: Notices;
  readonly departures: Departures;
  readonly settings: { readonly retryMs: Range };
  readonly marks: LongLivedMarks;
  /** Every unfinished request, and the heads of their answers that are written while the service leaves. */
  readonly traffic: {
    requests(): Iterable<{ readonly response: ServerResponse }>;
    readonly headWrittenTo: Emitter<ServerResponse>;
  };
  readonly onError: (error: unknown) => void;
}

/** How long a client has to close its half of the connection behind an event stream; shorter than any sensible `retry`. */
const LINGER_MS = 50;

/** Requests that stay open for long: event streams, and those marked with `@LongLived()`. */
export class LongLivedRequests implements Source {
  readonly name = 'event streams';
  /** Counted with the other requests. */
  readonly size = 0;
  readonly ended = 0;
  readonly #writing = new WeakMap<object, EventWriting>();

  constructor(private readonly parts: LongLivedRequestsParts) {
    parts.traffic.headWrittenTo.listen((response) => this.#headWritten(response));
  }

  active(): Iterable<Work> {
    return [];
  }

  /** The answer of a handler that is known to take long. */
  mark(response: object, end?: EndEvents): void {
    this.parts.marks.mark(response, end);
    if (this.parts.departures.hasBegun && 'headersSent' in response) this.#tellToGo(response as ServerResponse);
  }

  /** The answer of a handler that is known to end by itself. */
  markFinite(response: object): void {
    this.parts.marks.markFinite(response);
  }

  *longLived(): Iterable<LongLived> {
    for (const { response } of this.parts.traffic.requests()) {
      if (this.parts.marks.isLongLived(response)) yield { leave: () => this.#tellToGo(response) };
    }
  }

  /** The service begins to leave: from now on it is known whether an event is half written. */
  leave(): void {
    const { traffic, marks } = this.parts;
    for (const { response } of traffic.requests()) if (marks.isLongLived(response)) this.#watch(response);
  }

  /** The head of an answer was written while the service leaves: it may turn out to be a stream. */
  #headWritten(response: ServerResponse): void {
    const { marks, departures } = this.parts;
    if (!isEventStream(response) || !marks.isLongLived(response)) return;
    this.#watch(response);
    if (!departures.hasBegun || marks.isMarked(response)) return;
    // Whoever has written the head is about to write more.
    queueMicrotask(() => this.#tellToGo(response));
  }

  /** Those of `@Sse()` write whole events. */
  #watch(response: ServerResponse): void {
    if (!isEventStream(response)) return;
    if (this.parts.marks.endOf(response) === undefined && isEventSource(response)) this.#writingOf(response);
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
    const { notices, settings, marks } = this.parts;
    const end = marks.endOf(response);
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
