/** A source of work takes no more work in. What it has in flight goes on. */
export interface SourceStopped {
  readonly type: 'source-stopped';
  /** `orders consumer`. */
  readonly source: string;
}

/** The drain is over, and nothing of a source was in flight any more. */
export interface SourceDrained {
  readonly type: 'source-drained';
  readonly source: string;
  /** How many pieces have ended by themselves since the signal. */
  readonly drained: number;
  /** From the beginning of the drain until the last of them had ended; 0 where none ended in the drain. */
  readonly durationMs: number;
}

/** The drain is over, and work of a source was cut. {@link WorkInterrupted} names it. */
export interface SourceInterrupted {
  readonly type: 'source-interrupted';
  readonly source: string;
  readonly drained: number;
  /** How many pieces were in flight when their time was up. */
  readonly interrupted: number;
  readonly durationMs: number;
}

/** The drain is over: of all sources together. */
export interface DrainEnded {
  readonly type: 'drain-ended';
  readonly drained: number;
  readonly interrupted: number;
  readonly durationMs: number;
}

/** A request or a message came too late and was refused. */
export interface RequestRefused {
  readonly type: 'request-refused';
  readonly kind: 'request' | 'message';
  /** Its method, because no route was looked for; or the pattern of a message. */
  readonly name: string;
  /** How many requests, or messages of that kind of transport, were refused so far. */
  readonly count: number;
}
