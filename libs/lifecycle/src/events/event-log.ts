import { callForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { renderEvent } from './event-lines.js';
import { type Line } from './line.js';
import { type LifecycleEvent } from './lifecycle-event.js';
import { type LogOutput } from './log-output.js';
import { LogRecord } from './log-record.js';
import { safeFields, safeLine } from './safe-fields.js';

/** The context of the library's log lines. */
export const LOG_CONTEXT = 'GracefulShutdown';

/** Writes events, and other lines, to an output. */
export class EventLog {
  #isEnded = false;

  constructor(private readonly output: LogOutput) {}

  readonly write = (event: LifecycleEvent): void => {
    const line = renderEvent(event);
    if (line !== undefined) this.#write(line.level, line.text, { event: event.type, ...line.fields });
  };

  /** Writes lines that were held back until now: the process is about to end. */
  flush(): void {
    const onError = (name: string, error: unknown): void => this.error(`${name} failed: ${describeError(error)}`);
    callForeign({ name: 'flushing the log', fallback: undefined, onError }, () => this.output.flush());
  }

  /** The application's logger is ended: from now on lines are written to stderr. */
  writeToStderr(): void {
    this.#isEnded = true;
  }

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#write('warn', message, fields);
  }

  /** Warns of code of the application that failed. */
  readonly failed = (name: string, error: unknown): void => this.warn(`${name} failed: ${describeError(error)}`);

  error(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#write('error', message, fields);
  }

  log(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#write('log', message, fields);
  }

  debug(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#write('debug', message, fields);
  }

  /** The application's logger may throw or reject. The shutdown goes on, and the line is written to stderr. */
  #write(level: Line['level'], message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const text = safeLine(message);
    if (this.#isEnded) {
      process.stderr.write(`[${LOG_CONTEXT}] ${text}\n`);
      return;
    }
    const onError = (_name: string, error: unknown): void => {
      process.stderr.write(`[${LOG_CONTEXT}] ${safeLine(`${text} (the logger failed: ${describeError(error)})`)}\n`);
    };
    callForeign({ name: 'the logger', fallback: undefined, onError }, () =>
      this.output.write(level, new LogRecord(text, safeFields(fields)), onError),
    );
  }
}
