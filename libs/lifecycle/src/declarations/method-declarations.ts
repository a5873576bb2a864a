import 'reflect-metadata';

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

  /** @param name of the declarations, shared by every loaded copy of this package */
  constructor(name: string) {
    this.#key = Symbol.for(`nestjs-lifecycle.${name}`);
  }

  /** Why a decorator cannot be where it is; `undefined` where it can. */
  static problemOf(target: object, descriptor: PropertyDescriptor | undefined): MisplacedDecorator | undefined {
    if (typeof target === 'function') return { owner: target.name, what: 'static' };
    if (typeof descriptor?.value === 'function') return undefined;
    return { owner: target.constructor.name, what: 'not a method' };
  }

  add(target: object, method: string | symbol, options: Options): void {
    Reflect.defineMetadata(this.#key, [...this.#ownOf(target), { method, options }], target);
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

interface MisplacedDecorator {
  readonly owner: string;
  readonly what: string;
}

function prototypeOf(value: object): object | null {
  // Typed as any by TypeScript, although it is an object or null.
  return Object.getPrototypeOf(value) as object | null;
}
