import 'reflect-metadata';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type Method } from '../patching/replace-method.js';
import { countCall } from './counted-call.js';
import { methodTrackersOf } from './method-trackers.js';

/** Marks methods, and classes that have some. Shared by every loaded copy of this package. */
const TRACKED = 'nestjs-lifecycle.tracked-method';

/**
 * Makes the drain wait for every call of a method: a scheduled job, a listener, a method that starts work and does not
 * wait for it. A call counts until it returns, its promise has settled, or its Observable has ended. `this`, arguments,
 * the name, the metadata of other decorators, and what it returns or throws stay as they are. In an application without
 * the module it counts nothing.
 *
 * @param label what logs and the report call it. Default `Class.method`
 *
 * @example
 * ```ts
 * @Cron('0 * * * *') @TrackInFlight()
 * async sweep() { await this.deleteOldOrders(); }
 * ```
 */
export function TrackInFlight(label?: string): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor | undefined) => {
    const owner = typeof target === 'function' ? target.name : target.constructor.name;
    const title = `${owner}.${String(key)}`;
    const original: unknown = descriptor?.value;
    if (descriptor === undefined || typeof original !== 'function') {
      throw new LifecycleError(
        'INVALID_TASK',
        `@TrackInFlight() on ${title} has nothing to count: it is no method. Put it on a method.`,
      );
    }
    Reflect.defineMetadata(TRACKED, true, target);
    // Found by its type on the descriptor of a method.
    const counting = countingMethod(original as Method, label ?? title, title);
    Object.assign(descriptor, { value: counting });
  };
}

/** Whether a class, or an instance of it, has a counted method; or whether this is one. */
export function isTracked(target: object): boolean {
  return Reflect.getMetadata(TRACKED, target) === true;
}

function countingMethod(original: Method, label: string, frame: string): Method {
  const counting: Method = function (this: unknown, ...args) {
    const call = (): unknown => Reflect.apply(original, this, args);
    const trackers = methodTrackersOf(this);
    if (trackers.length === 0) return call();
    return countCall(() => {
      const tasks = trackers.map((tracker) => tracker.start(label, frame));
      return () => {
        for (const task of tasks) task.done();
      };
    }, call);
  };
  copyIdentity(original, counting);
  Reflect.defineMetadata(TRACKED, true, counting);
  return counting;
}

/** Its name and arity, and what decorators below have put on the method. */
function copyIdentity(from: Method, to: Method): void {
  for (const key of Reflect.ownKeys(from)) {
    const property = Object.getOwnPropertyDescriptor(from, key);
    if (property !== undefined && key !== 'prototype') Reflect.defineProperty(to, key, property);
  }
  for (const key of Reflect.getOwnMetadataKeys(from) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, from), to);
  }
}
