import { type Line } from './line.js';
import { type LogRecord } from './log-record.js';

/** Where the lines of the log go: to Nest's Logger, to the console, to a logger of the user. */
export interface LogOutput {
  /** Writes a line. What the logger throws, or rejects with, goes to `onError`. */
  write(level: Line['level'], record: LogRecord, onError: (name: string, error: unknown) => void): void;
  /** Writes lines that were held back until now: the process is about to end. */
  flush(): void;
}
