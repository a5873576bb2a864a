import 'reflect-metadata';
import { LifecycleError, type LifecycleErrorCode } from '../errors/lifecycle-error.js';

/** A decorated method of a class, and what its decorator was given. */
export interface MethodDeclaration<Options> {
  readonly method: string | symbol;
  readonly options: Options;
}

/**
 * What a decorator of methods has declared, kept on the prototypes of their classes. One object for each decorator.
 *
 * @typeParam Options what the decorator takes
 */
export class MethodDeclarations<Options> {
  readonly #key: symbol;

  /**
   * @param name of the declarations, shared by every loaded copy of this package
   * @param decorator how messages call it: `@OnGracefulShutdown()`
   * @param code of the error where it is on something that cannot be called
   */
  constructor(
    name: string,
    private readonly decorator: string,
    private readonly code: LifecycleErrorCode,
  ) {
    this.#key = Symbol.for(`nestjs-lifecycle.${name}`);
  }

  /**
   * The decorator itself, with these options.
   *
   * @throws LifecycleError where it is used on something else than a method of an instance
   */
  decorate(options: Options): MethodDecorator {
    return (target, method, descriptor: PropertyDescriptor | undefined) => {
      const misplaced = misplacedAt(target, descriptor);
      if (misplaced !== undefined) {
        throw new LifecycleError(
          this.code,
          `${this.decorator} on ${misplaced.owner}.${String(method)} has nothing to call: it is ${misplaced.what}. ` +
            'Put it on a method of the instance.',
        );
      }
      Reflect.defineMetadata(this.#key, [...this.#ownOf(target), { method, options }], target);
    };
  }

  /**
   * Every declaration on an instance's class and its ancestors, base class first. A method declared again in a
   * subclass counts as the subclass says.
   */
  of(instance: object): MethodDeclaration<Options>[] {
    const found: MethodDeclaration<Options>[] = [];
    const seen = new Set<string | symbol>();
    for (let proto = prototypeOf(instance); proto !== null; proto = prototypeOf(proto)) {
      const own = this.#ownOf(proto);
      found.unshift(...own.filter(({ method }) => !seen.has(method)));
      for (const { method } of own) seen.add(method);
    }
    return found;
  }

  #ownOf(prototype: object): MethodDeclaration<Options>[] {
    // Metadata is typed as any; under this key only `add` writes.
    return (Reflect.getOwnMetadata(this.#key, prototype) as MethodDeclaration<Options>[] | undefined) ?? [];
  }
}

/** Why a decorator of methods cannot be where it is; `undefined` where it can. */
function misplacedAt(
  target: object,
  descriptor: PropertyDescriptor | undefined,
): { readonly owner: string; readonly what: string } | undefined {
  if (typeof target === 'function') return { owner: target.name, what: 'static' };
  if (typeof descriptor?.value === 'function') return undefined;
  return { owner: target.constructor.name, what: 'not a method' };
}

function prototypeOf(value: object): object | null {
  // Typed as any by TypeScript, although it is an object or null.
  return Object.getPrototypeOf(value) as object | null;
}
