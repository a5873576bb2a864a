import { ConsoleLogger, Logger } from '@nestjs/common';
import { isObject } from '../errors/foreign-value.js';
import { callForeign, type ForeignCall } from '../errors/foreign-call.js';
import { type LogForm, logFormOf } from '../events/log-form.js';
import { type LogSurroundings } from '../events/log-surroundings.js';
import { LogRecord } from '../events/log-record.js';

/** The form of log lines for each logger, once it is known. */
const forms = new WeakMap<object, LogForm>();

/**
 * The same logger, which also handles what the application's own logger returns: Nest drops that, so a logger with
 * async methods that reject would end the process. A record is passed in the form that the application's logger prints
 * on one line. The form is decided at each line, because Nest may buffer lines until a logger is set. Nest's Logger
 * finds the application's by its accessor `localInstance`; read in Nest 11.2.10 and 12.5.1. Where that has changed, the
 * logger is returned as it is.
 */
export function observingResults(
  logger: Logger,
  onError: ForeignCall<unknown>['onError'],
  surroundings: LogSurroundings,
): Logger {
  if (!('localInstance' in Logger.prototype)) return logger;
  const get = (): unknown => observed(Reflect.get(Logger.prototype, 'localInstance', logger), onError, surroundings);
  return Object.create(logger, { localInstance: { get } }) as Logger;
}

/** The logger that Nest writes to: the one of `app.useLogger()`, else Nest's own. */
export function applicationLogger(): unknown {
  return 'localInstance' in Logger.prototype ? Reflect.get(Logger.prototype, 'localInstance', new Logger()) : undefined;
}

function observed(target: unknown, onError: ForeignCall<unknown>['onError'], surroundings: LogSurroundings): unknown {
  if (typeof target !== 'object' || target === null) return target;
  // The target is an empty object: a proxy of a frozen logger would have to return the methods themselves.
  return new Proxy<object>(
    {},
    {
      get: (_target, key) => {
        const method: unknown = Reflect.get(target, key, target);
        if (typeof method !== 'function') return method;
        return (message: unknown, ...more: unknown[]): unknown =>
          callForeign({ name: 'the logger', fallback: undefined, onError }, (): unknown =>
            Reflect.apply(method, target, [inForm(message, target, surroundings), ...withStack(message, target, more)]),
          );
      },
    },
  );
}

function inForm(message: unknown, target: object, surroundings: LogSurroundings): unknown {
  return message instanceof LogRecord ? message.as(formOf(target, surroundings)) : message;
}

/** The text logger of Nest prints no fields: the stack of an error that was not caught is passed where it looks for one. */
function withStack(message: unknown, target: object, more: readonly unknown[]): readonly unknown[] {
  const stack = message instanceof LogRecord ? message.uncaughtStack : undefined;
  if (stack === undefined || !(target instanceof ConsoleLogger) || more[0] !== undefined) return more;
  // A protected field; read in Nest 11.2.10 and 12.5.1. As JSON, the fields have it.
  const options: unknown = Reflect.get(target, 'options');
  return isObject(options) && options['json'] === true ? more : [stack, ...more.slice(1)];
}

/** Nest's own logger prints a record as its sentence, or as JSON with its fields. */
function formOf(target: object, surroundings: LogSurroundings): LogForm {
  const known = forms.get(target);
  if (known !== undefined) return known;
  const form = target instanceof ConsoleLogger ? 'record' : logFormOf(target, surroundings);
  forms.set(target, form);
  return form;
}
