/** A shutdown as it was read: from a report, or from the lines of a log. Every text in it can be shown anywhere. Times are milliseconds. */
export interface Shutdown {
  /** What told of it. */
  readonly from: 'report' | 'log';
  /** The process that it was of, where the log says so: `pid 12`. */
  readonly process?: string | undefined;
  readonly reason: string;
  /** `undefined` where the end is not there: the log stops before. */
  readonly outcome: string | undefined;
  readonly exitCode: number | undefined;
  readonly isLate: boolean;
  /** Wall-clock time of the signal, ISO 8601. */
  readonly startedAt: string | undefined;
  readonly durationMs: number;
  readonly budgetMs: number | undefined;
  readonly counts: Counts | undefined;
  readonly phases: readonly Span[];
  readonly steps: readonly Step[];
  readonly sources: readonly SourceRow[];
  readonly interrupted: Cuts;
  readonly exemptCut: Cuts;
  /** What else there is to say, by its heading. */
  readonly lists: readonly Listed[];
}

/** What became of the work, in numbers. */
export interface Counts {
  readonly inFlightAtStart: number;
  readonly drained: number;
  readonly refused: number;
  readonly interrupted: number;
}

/** A part of the time since the signal. */
export interface Span {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly note?: string | undefined;
}

/** A hook, a hook of Nest, something closed, or a turn. */
export interface Step {
  readonly kind: 'hook' | 'hook of Nest' | 'resource' | 'turn';
  readonly name: string;
  /** Where it stands: its phase and its priority, or what it is for. */
  readonly place: string;
  readonly result: string;
  readonly isBad: boolean;
  /** When it began; `undefined` where that is not known. */
  readonly fromMs: number | undefined;
  readonly durationMs: number;
  readonly error?: string | undefined;
}

/** What became of the work of one source. */
export interface SourceRow {
  readonly name: string;
  /** Its figures, those that are 0 left out. */
  readonly figures: string;
  readonly isBad: boolean;
  /** When it was drained or cut, where that is known. */
  readonly toMs?: number | undefined;
}

/** Work that was cut. */
export interface Cuts {
  /** How many in all; a log names the first ones. */
  readonly total: number;
  readonly items: readonly Cut[];
}

/** One piece of work that was cut. */
export interface Cut {
  readonly name: string;
  /** What else is known of it. */
  readonly kind: string;
  readonly ageMs: number | undefined;
}

/** A list with its heading. */
export interface Listed {
  readonly title: string;
  readonly isBad: boolean;
  readonly items: readonly string[];
}
