import { type Guard } from '../../errors/foreign-call.js';
import { isObject } from '../../errors/foreign-value.js';
import { type Method } from '../../patching/replace-method.js';
import { callMethod } from '../foreign-instances.js';

type Emitter = new () => object;

/**
 * What the emitter itself makes of a listener with options: with `async`, `nextTick` and `promisify` another function, which
 * calls the listener later. An emitter of the same class is asked for it, so that it is that of its version. `undefined`
 * where it cannot be had; the listener itself where it is called at once.
 */
export function deferredBy(emitter: unknown, listener: Method, options: unknown, guard: Guard): Method | undefined {
  return guard('asking an EventEmitter2 for a listener', undefined, () => {
    const type: unknown = isObject(emitter) ? emitter['constructor'] : undefined;
    if (typeof type !== 'function') return undefined;
    const probe = new (type as Emitter)();
    callMethod(probe, 'on', 'event', listener, options);
    const listeners = callMethod(probe, 'listeners', 'event');
    const [deferred] = Array.isArray(listeners) ? (listeners as unknown[]) : [];
    return typeof deferred === 'function' ? (deferred as Method) : undefined;
  });
}

/** Calls `listener` with `around` about each call. An `async` function stays one, which the emitter asks for. */
export function wrapListener(listener: Method, around: (call: () => unknown) => unknown): Method {
  if (listener.constructor.name !== 'AsyncFunction') {
    return function (this: unknown, ...args: unknown[]): unknown {
      return around(() => Reflect.apply(listener, this, args));
    };
  }
  return async function (this: unknown, ...args: unknown[]): Promise<unknown> {
    return await around(() => Reflect.apply(listener, this, args));
  };
}
