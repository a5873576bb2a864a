import { Logger } from '@nestjs/common';
import { callForeign, type ForeignCall } from '../errors/foreign-call.js';

/**
 * The same logger, which also hears of what the application's own logger answers: Nest drops that, so a logger with async
 * methods that reject would end the process. Nest's Logger finds the application's by its accessor `localInstance`; read
 * in Nest 11.2.10 and 12.5.1. Where that has changed, the logger is as Nest has it.
 */
export function observingAnswers(logger: Logger, onError: ForeignCall<unknown>['onError']): Logger {
  if (!('localInstance' in Logger.prototype)) return logger;
  const observing = { get: (): unknown => observed(Reflect.get(Logger.prototype, 'localInstance', logger), onError) };
  return Object.create(logger, { localInstance: observing }) as Logger;
}

function observed(target: unknown, onError: ForeignCall<unknown>['onError']): unknown {
  if (typeof target !== 'object' || target === null) return target;
  // In front of an object of our own: of a frozen logger, a proxy would have to hand out the methods themselves.
  return new Proxy<object>(
    {},
    {
      get: (_target, key) => {
        const method: unknown = Reflect.get(target, key, target);
        if (typeof method !== 'function') return method;
        return (...args: unknown[]): unknown =>
          callForeign({ name: 'the logger', fallback: undefined, onError }, (): unknown =>
            Reflect.apply(method, target, args),
          );
      },
    },
  );
}
