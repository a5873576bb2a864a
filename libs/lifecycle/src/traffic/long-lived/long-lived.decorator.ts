import 'reflect-metadata';

const LONG_LIVED = Symbol.for('nestjs-lifecycle.long-lived');
/** Where Nest keeps that a handler is `@Sse()`: `SSE_METADATA` in the constants of @nestjs/common 11 and 12. */
const SSE = '__sse__';

/**
 * Marks the requests of a handler, or of a whole controller, as long-lived: long polls, watches, endless downloads. When
 * the drain begins they are told to go by their `@ShutdownSignal()`, in jittered batches, instead of being waited for
 * until the time is nearly up. `@Sse()` handlers and everything of type `text/event-stream` are long-lived by themselves.
 *
 * @param isLongLived `false` for event streams that end by themselves, such as the tokens of an answer: they are waited
 *   for like any other request. Default `true`
 */
export function LongLived(isLongLived = true): ClassDecorator & MethodDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (descriptor === undefined) markClass(target, isLongLived);
    else Reflect.defineMetadata(LONG_LIVED, isLongLived, descriptor.value as object);
  };
}

/** What a method says of itself stands. */
function markClass(target: object, isLongLived: boolean): void {
  for (const method of methodsOf(target)) {
    if (!Reflect.hasMetadata(LONG_LIVED, method)) Reflect.defineMetadata(LONG_LIVED, isLongLived, method);
  }
}

/** Of a class: routes are registered by method, without their class. Getters are not run. */
function methodsOf(target: object): object[] {
  const prototype: unknown = Reflect.get(target, 'prototype');
  if (typeof prototype !== 'object' || prototype === null) return [];
  const { constructor: _constructor, ...members } = Object.getOwnPropertyDescriptors(prototype);
  const values = Object.values(members).map(({ value }: PropertyDescriptor): unknown => value);
  return values.filter((value) => typeof value === 'function');
}

/** What a handler's requests are like; `finite` ones end by themselves, whatever they look like. */
export type Longevity = 'short' | 'finite' | 'long-lived' | 'event-stream';

/** Finds out what handlers' requests are like; each is only looked at once, because metadata is slow to read. */
export class Longevities {
  readonly #known = new WeakMap<object, Longevity>();

  of(handler: object): Longevity {
    const known = this.#known.get(handler) ?? longevityOf(handler);
    this.#known.set(handler, known);
    return known;
  }
}

/** What the requests of a handler are like, by its metadata. */
export function longevityOf(handler: object): Longevity {
  const isLongLived: unknown = Reflect.getMetadata(LONG_LIVED, handler);
  if (isLongLived === false) return 'finite';
  if (Reflect.getMetadata(SSE, handler) === true) return 'event-stream';
  return isLongLived === true ? 'long-lived' : 'short';
}
