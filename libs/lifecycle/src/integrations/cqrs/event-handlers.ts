import { isObject } from '../../errors/foreign-value.js';
import { callMethod, type Foreign } from '../foreign-instances.js';
import { type FollowedCalls } from '../followed-calls.js';

/** Calls, and counts until what is returned has settled. */
export type Count = (name: string, call: () => unknown) => unknown;

/**
 * A handler as the `EventBus` binds it, which counts. The bus reads `isDependencyTreeStatic()`, `instance` and `metatype` of
 * it; everything else is that of the handler.
 */
export function countedHandler(handler: Foreign, count: Count): object {
  const counted = {
    handle: (event: unknown): unknown => {
      const { instance } = handler;
      if (!isObject(instance)) throw new TypeError('an event handler without an instance');
      return count(handlerName(handler['metatype'], instance), () => callMethod(instance, 'handle', event));
    },
  };
  return Object.create(handler, {
    isDependencyTreeStatic: { value: () => callMethod(handler, 'isDependencyTreeStatic') },
    metatype: { get: () => handler['metatype'] },
    instance: { get: () => counted },
  }) as object;
}

/**
 * The part of Nest by which an `EventBus` makes the handlers of one event: such a handler is in flight from the event on, and
 * until it has handled it.
 */
export function countedModuleRef(moduleRef: Foreign, calls: FollowedCalls): object {
  const resolve = async (...args: unknown[]): Promise<unknown> => {
    const end = calls.begin({ name: handlerName(args[0], undefined) });
    try {
      const instance = await callMethod(moduleRef, 'resolve', ...args);
      if (!isObject(instance)) return instance;
      const handle = (event: unknown): unknown => calls.until(end, () => callMethod(instance, 'handle', event));
      return Object.create(instance, { handle: { value: handle } }) as object;
    } catch (error) {
      end();
      throw error;
    }
  };
  return Object.create(moduleRef, { resolve: { value: resolve } }) as object;
}

/** The class of a provider that is made by a factory is that of its instance. */
function handlerName(metatype: unknown, instance: Foreign | undefined): string {
  const ofInstance = instance?.['constructor'];
  const type = typeof ofInstance === 'function' ? ofInstance : metatype;
  return `${typeof type === 'function' ? type.name : 'an event handler'}.handle`;
}
