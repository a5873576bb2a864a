import 'reflect-metadata';
import { isSseHandler } from '../../internals/nest-handlers.js';

const LONG_LIVED = Symbol.for('nestjs-lifecycle.long-lived');

/**
 * Marks the requests of a handler, or of a whole controller, as long-lived: long polls, watches, endless downloads. When
 * the drain begins their `@ShutdownSignal()` fires, in jittered batches. Other requests are waited for until the time is
 * nearly up. `@Sse()` handlers and everything of type `text/event-stream` are long-lived by themselves.
 *
 * On a class it holds as Nest's own decorators do: for all its routes, inherited ones too, and for the classes that
 * extend it. What a method says of itself comes first, then what its class says, then the class that one extends.
 *
 * @param isLongLived `false` for event streams that end by themselves, such as the tokens of an answer: they are waited
 *   for like any other request. Default `true`
 */
export function LongLived(isLongLived = true): ClassDecorator & MethodDecorator {
  return (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    Reflect.defineMetadata(LONG_LIVED, isLongLived, descriptor === undefined ? target : (descriptor.value as object));
  };
}

/** How the requests of a handler end; `finite` ones end by themselves, whatever their content type. */
export type Longevity = 'short' | 'finite' | 'long-lived' | 'event-stream';

/** Finds the longevity of handlers. Each is only looked up once, because reading metadata is slow. */
export class Longevities {
  /** By class: several classes may inherit one handler, with different marks. */
  readonly #known = new WeakMap<object, WeakMap<object, Longevity>>();

  of(handler: object, owner: object): Longevity {
    const ofClass = this.#known.get(owner) ?? new WeakMap<object, Longevity>();
    this.#known.set(owner, ofClass);
    const known = ofClass.get(handler) ?? longevityOf(handler, owner);
    ofClass.set(handler, known);
    return known;
  }
}

/** The longevity of a handler's requests, by its metadata and by that of the class it is called for. */
export function longevityOf(handler: object, owner?: object): Longevity {
  const isLongLived = markOf(handler) ?? (owner && markOf(owner));
  if (isLongLived === false) return 'finite';
  if (isSseHandler(handler)) return 'event-stream';
  return isLongLived === true ? 'long-lived' : 'short';
}

/** The mark of a method, or of a class and the classes it extends. */
function markOf(target: object): boolean | undefined {
  const mark: unknown = Reflect.getMetadata(LONG_LIVED, target);
  return typeof mark === 'boolean' ? mark : undefined;
}
