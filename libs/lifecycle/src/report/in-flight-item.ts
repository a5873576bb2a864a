/**
 * What kind of work is in flight: an unfinished HTTP response, a running handler, a message, a background task. Sources of
 * the application name kinds of their own.
 */
export type WorkKind = 'response' | 'handler' | 'message' | 'task' | (string & {});

/** What a piece of work is called. */
export interface WorkName {
  /** `GET /orders/:id`, a message pattern, a task's label. Never a query or a body. */
  readonly name: string;
  /** Of an HTTP request. */
  readonly method?: string;
  /** The pattern an HTTP request was matched to. */
  readonly route?: string;
  /** What the work is known by elsewhere, when it has such an id. */
  readonly correlationId?: string;
  /** Whether an HTTP request is meant to take long: an event stream, or marked with `@LongLived()`. */
  readonly isLongLived?: true;
}

/** One piece of work in flight, as shown to people. */
export interface InFlightItem extends WorkName {
  readonly kind: WorkKind;
  readonly ageMs: number;
}
