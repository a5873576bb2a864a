import { type ServerResponse } from 'node:http';
import { type Clock } from '../../deadline/clock.js';
import { type Range } from '../../options/settings.js';
import { onHeadWritten } from '../wire/head-written.js';
import { type Notices } from '../../in-flight/notices.js';
import { trackedBy } from '../http/tracked-request.js';
import { type Emitter } from '../../events/emitter.js';
import { type Work } from '../../in-flight/work.js';
import { type LongLivedWork } from '../../in-flight/work-source.js';
import { type Source } from '../../in-flight/work-sources.js';
import { type Departures, timeToGo } from '../../in-flight/departures.js';
import { type EndEvents, type LongLivedMarks } from './long-lived-marks.js';
import { EventWriting } from './event-writing.js';
import { endWrittenStream, isEventStream, sendRetry } from './event-stream.js';

interface LongLivedRequestsParts {
  readonly clock: Clock;
  readonly notices: Notices;
  readonly departures: Departures;
  readonly settings: { readonly retryMs: Range };
  readonly marks: LongLivedMarks;
  /** Every unfinished request, and the answers whose heads are written while the service leaves. */
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
  /** Always 0: event streams are counted with the other requests. */
  readonly size = 0;
  readonly ended = 0;
  readonly #writing = new WeakMap<object, EventWriting>();

  constructor(private readonly parts: LongLivedRequestsParts) {
    parts.traffic.headWrittenTo.listen((response) => this.#headWritten(response));
  }

  active(): Iterable<Work> {
    return [];
  }

  /** Adds the answer of a handler that is known to be long-lived. */
  mark(response: object, end?: EndEvents): void {
    this.parts.marks.mark(response, end);
    if (this.parts.departures.hasBegun && 'headersSent' in response) this.#leave(response as ServerResponse);
  }

  /** Adds the answer of a handler that is known to end by itself. */
  markFinite(response: object): void {
    this.parts.marks.markFinite(response);
  }

  *longLived(): Iterable<LongLivedWork> {
    for (const { response } of this.parts.traffic.requests()) {
      if (this.parts.marks.isLongLived(response)) yield { leave: () => this.#leave(response) };
    }
  }

  /** The service begins to leave. From now on it is known whether an event is half written. */
  leave(): void {
    const { traffic, marks } = this.parts;
    for (const { response } of traffic.requests()) if (marks.isLongLived(response)) this.#watch(response);
  }

  /** The head of an answer was written while the service leaves. The answer may be an event stream. */
  #headWritten(response: ServerResponse): void {
    const { marks, departures } = this.parts;
    if (!isEventStream(response) || !marks.isLongLived(response)) return;
    this.#watch(response);
    if (!departures.hasBegun || marks.isMarked(response)) return;
    // The code that wrote the head is about to write more in this tick.
    queueMicrotask(() => this.#leave(response));
  }

  /** Follows the writes of a stream. Streams of `@Sse()` write whole events, and need that not. */
  #watch(response: ServerResponse): void {
    if (!isEventStream(response)) return;
    if (this.parts.marks.endOf(response) === undefined && isEventSource(response)) this.#writingOf(response);
  }

  #leave(response: ServerResponse): void {
    if (response.writableEnded || response.destroyed) return;
    this.parts.notices.fire(response, 'time-up', timeToGo('requests'));
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
      // Nest is about to write the head. Without the head of an event stream, an EventSource would never connect again.
      if (end !== undefined) onHeadWritten(response, () => this.#leave(response));
      return;
    }
    if (end !== undefined) {
      this.#closeConnectionAfter(response);
      sendRetry(response, settings.retryMs);
      end();
    } else if (isEventSource(response) && !notices.isSignalRead(response, 'time-up')) {
      this.#writingOf(response).whenWhole(() => this.#endWrittenStream(response));
    }
  }

  #endWrittenStream(response: ServerResponse): void {
    if (response.writableEnded || response.destroyed) return;
    this.#closeConnectionAfter(response);
    endWrittenStream(response, this.parts.settings.retryMs);
  }

  #writingOf(response: ServerResponse): EventWriting {
    const writing = this.#writing.get(response) ?? new EventWriting(response);
    this.#writing.set(response, writing);
    return writing;
  }

  /**
   * The head of a stream was sent before the service left, without `Connection: close`. A client that came back on its
   * connection would come back to this service.
   */
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

/**
 * Only an `EventSource` connects again by itself, and it sends GET. Other clients get their answer to its end, like
 * that of any request.
 */
function isEventSource({ req }: ServerResponse): boolean {
  return req.method === 'GET';
}
