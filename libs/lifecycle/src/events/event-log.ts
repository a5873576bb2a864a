import { Logger } from '@nestjs/common';
import { describeError } from '../errors/lifecycle-error.js';
import { renderEvent } from './event-lines.js';
import { type Line } from './line.js';
import { type LifecycleEvent } from './lifecycle-event.js';
import { LogRecord } from './log-record.js';

/** How the library's log lines are marked. */
export const LOG_CONTEXT = 'GracefulShutdown';

/** Writes events to Nest's Logger. */
export class EventLog {
  readonly #logger = new Logger(LOG_CONTEXT);

  readonly write = (event: LifecycleEvent): void => {
    const { level, text, fields } = renderEvent(event);
    this.#say(level, text, { event: event.type, ...fields });
  };

  /** Writes out what Nest has kept back until a logger is set (`bufferLogs`); the process is about to end. */
  flush(): void {
    Logger.flush();
  }

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#say('warn', message, fields);
  }

  error(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#say('error', message, fields);
  }

  log(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#say('log', message, fields);
  }

  debug(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#say('debug', message, fields);
  }

  /** The application's logger may throw; the shutdown goes on, and says so where it always can. */
  #say(level: Line['level'], message: string, fields?: Readonly<Record<string, unknown>>): void {
    try {
      this.#logger[level](new LogRecord(message, fields));
    } catch (error) {
      process.stderr.write(`[${LOG_CONTEXT}] ${message} (the logger failed: ${describeError(error)})\n`);
    }
  }
}
