import { Logger } from '@nestjs/common';
import { EventLog, LOG_CONTEXT } from '../events/event-log.js';
import { type LogOutput } from '../events/log-output.js';
import { type LogSurroundings } from '../events/log-surroundings.js';
import { isProduction } from '../platform/platform.js';
import { observingResults } from './async-logger.js';

/**
 * The log that Nest's Logger writes.
 *
 * @param pinoTransports the transports of pino; see `pinoTransports` in pino-params.ts
 */
export function nestLog(pinoTransports: LogSurroundings['pinoTransports'] = () => undefined): EventLog {
  const logger = new Logger(LOG_CONTEXT);
  const surroundings = (): LogSurroundings => ({
    isProduction: isProduction((name) => process.env[name]),
    pinoTransports,
  });
  const output: LogOutput = {
    write: (level, record, onError) => observingResults(logger, onError, surroundings())[level](record),
    // Lines that Nest has buffered until a logger is set (`bufferLogs`).
    flush: () => Logger.flush(),
  };
  return new EventLog(output);
}
