import { type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

const LONG_LIVED = Symbol.for('nestjs-lifecycle.long-lived');
/** Where Nest keeps that a handler is `@Sse()`: `SSE_METADATA` in the constants of @nestjs/common 11 and 12. */
const SSE = '__sse__';

/**
 * Marks the requests of a handler, or of a whole controller, as long-lived: long polls, watches, endless downloads. When
 * the drain begins they are told to go by their `@ShutdownSignal()`, in jittered batches, instead of being waited for
 * until the time is nearly up. `@Sse()` handlers and everything of type `text/event-stream` are long-lived by themselves.
 */
export const LongLived = (): ClassDecorator & MethodDecorator => SetMetadata(LONG_LIVED, true);

const reflector = new Reflector();

/** A handler, or the class it belongs to. */
type Target = ReturnType<ExecutionContext['getHandler']>;

/** What a handler's requests are like. */
export type Longevity = 'short' | 'long-lived' | 'event-stream';

/** Finds out what handlers' requests are like; each is only looked at once, because metadata is slow to read. */
export class Longevities {
  readonly #known = new WeakMap<object, WeakMap<object, Longevity>>();

  of(handler: Target, controller: Target): Longevity {
    const ofController = this.#known.get(controller) ?? new WeakMap<object, Longevity>();
    this.#known.set(controller, ofController);
    const known = ofController.get(handler) ?? longevityOf(handler, controller);
    ofController.set(handler, known);
    return known;
  }
}

function longevityOf(handler: Target, controller: Target): Longevity {
  const has = (key: string | symbol, target: Target): boolean => reflector.get<unknown>(key, target) === true;
  if (has(SSE, handler)) return 'event-stream';
  return has(LONG_LIVED, handler) || has(LONG_LIVED, controller) ? 'long-lived' : 'short';
}
