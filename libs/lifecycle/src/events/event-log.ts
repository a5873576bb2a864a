import { Logger } from '@nestjs/common';
import { callForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { observingAnswers } from './async-logger.js';
import { isProduction } from '../options/platform.js';
import { renderEvent } from './event-lines.js';
import { type Line } from './line.js';
import { type LifecycleEvent } from './lifecycle-event.js';
import { type LogSurroundings } from './log-surroundings.js';
import { LogRecord } from './log-record.js';
import { safeFields, safeLine } from './safe-fields.js';

/** How the library's log lines are marked. */
export const LOG_CONTEXT = 'GracefulShutdown';

/** Writes events to Nest's Logger. */
export class EventLog {
  readonly #logger = new Logger(LOG_CONTEXT);

  /** @param pinoTransports what pino was told to hand its lines to; see `pinoTransports` in nest/pino-params.ts */
  constructor(private readonly pinoTransports: () => readonly object[] | undefined = () => undefined) {}

  readonly write = (event: LifecycleEvent): void => {
    const { level, text, fields } = renderEvent(event);
    this.#say(level, text, { event: event.type, ...fields });
  };

  /** Writes out what Nest has kept back until a logger is set (`bufferLogs`); the process is about to end. */
  flush(): void {
    const onError = (name: string, error: unknown): void => this.error(`${name} failed: ${describeError(error)}`);
    callForeign({ name: 'flushing the log', fallback: undefined, onError }, () => Logger.flush());
  }

  warn(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#say('warn', message, fields);
  }

  /** Tells of code of others that failed. */
  readonly failed = (name: string, error: unknown): void => this.warn(`${name} failed: ${describeError(error)}`);

  error(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#say('error', message, fields);
  }

  log(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#say('log', message, fields);
  }

  debug(message: string, fields?: Readonly<Record<string, unknown>>): void {
    this.#say('debug', message, fields);
  }

  #surroundings(): LogSurroundings {
    const { pinoTransports } = this;
    return { isProduction: isProduction((name) => process.env[name]), pinoTransports };
  }

  /** The application's logger may throw, or reject; the shutdown goes on, and says so where it always can. */
  #say(level: Line['level'], message: string, fields: Readonly<Record<string, unknown>> = {}): void {
    const text = safeLine(message);
    const onError = (_name: string, error: unknown): void => {
      process.stderr.write(`[${LOG_CONTEXT}] ${safeLine(`${text} (the logger failed: ${describeError(error)})`)}\n`);
    };
    callForeign({ name: 'the logger', fallback: undefined, onError }, () =>
      observingAnswers(this.#logger, onError, this.#surroundings())[level](new LogRecord(text, safeFields(fields))),
    );
  }
}
