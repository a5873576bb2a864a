import { Logger } from '@nestjs/common';
import { renderEvent } from './event-lines.js';
import { type LifecycleEvent } from './lifecycle-event.js';
import { LogRecord } from './log-record.js';

/** How the library's log lines are marked. */
export const LOG_CONTEXT = 'GracefulShutdown';

/** Writes events to Nest's Logger. */
export class EventLog {
  readonly #logger = new Logger(LOG_CONTEXT);

  readonly write = (event: LifecycleEvent): void => {
    const { level, text, fields } = renderEvent(event);
    this.#logger[level](new LogRecord(text, { event: event.type, ...fields }));
  };

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger.warn(new LogRecord(message, fields));
  }

  error(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger.error(new LogRecord(message, fields));
  }

  log(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#logger.log(new LogRecord(message, fields));
  }
}
