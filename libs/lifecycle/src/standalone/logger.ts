import { callForeign } from '../errors/foreign-call.js';
import { EventLog } from '../events/event-log.js';
import { type Line } from '../events/line.js';
import { type LogForm, logFormOf } from '../events/log-form.js';
import { type LogOutput } from '../events/log-output.js';
import { type LogRecord } from '../events/log-record.js';
import { isProduction } from '../platform/platform.js';

type Write = (message: never) => unknown;

/**
 * A logger of the user. Each method gets one value: an object with the sentence as `msg` and its fields, that prints as its sentence.
 * One of `info` and `log` is enough for what is no warning; without `debug` those lines are left out.
 */
export interface Logger {
  readonly debug?: Write;
  readonly info?: Write;
  readonly log?: Write;
  readonly warn?: Write;
  readonly error?: Write;
}

/** The methods of loggers by level, the usual one first. */
const METHODS: Readonly<Record<Line['level'], readonly (keyof Logger)[]>> = {
  debug: ['debug'],
  log: ['info', 'log'],
  warn: ['warn', 'error', 'info', 'log'],
  error: ['error', 'warn', 'info', 'log'],
};

/** The log of a service without Nest: lines of text, or the logger of the user. */
export function logTo(logger: Logger | undefined): EventLog {
  return new EventLog(logger === undefined ? LINES : outputOf(logger));
}

/** One line each: warnings and errors on stderr, the others on stdout. */
const LINES: LogOutput = {
  write: (level, { msg }) => {
    if (level === 'log' || level === 'debug') process.stdout.write(`[lifecycle] ${msg}\n`);
    else process.stderr.write(`[lifecycle] ${level}: ${msg}\n`);
  },
  flush: () => undefined,
};

function outputOf(logger: Logger): LogOutput {
  const surroundings = { isProduction: isProduction((name) => process.env[name]), pinoTransports: () => undefined };
  let form: LogForm | undefined;
  return {
    write: (level, record: LogRecord, onError) => {
      callForeign({ name: 'the logger', fallback: undefined, onError }, (): unknown => {
        form ??= logFormOf(logger, surroundings);
        const name = METHODS[level].find((method) => typeof Reflect.get(logger, method) === 'function');
        const write: unknown = name === undefined ? undefined : Reflect.get(logger, name);
        return typeof write === 'function' ? Reflect.apply(write, logger, [record.as(form)]) : undefined;
      });
    },
    flush: () => undefined,
  };
}
