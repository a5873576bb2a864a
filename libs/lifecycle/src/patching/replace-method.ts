/** A method of any kind. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Sets a method on an object itself, where it is found before that of its class. Returns the undo, which leaves the
 * object as it was. If other code has replaced the method since, such as the spy of a test, that one stays.
 */
export function putMethod(target: object, name: string, method: Method): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  const isPut = Reflect.defineProperty(target, name, {
    value: method,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? false,
  });
  if (!isPut) return () => undefined;
  return () => {
    if (Object.getOwnPropertyDescriptor(target, name)?.value !== method) return;
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Reflect.defineProperty(target, name, before);
  };
}

/**
 * Replaces a method by the result of `replace`, on the object itself. Does nothing where there is no such method.
 * Returns the undo, as {@link putMethod} does.
 */
export function replaceMethod(target: object, name: string, replace: (original: Method) => Method): () => void {
  const original: unknown = Reflect.get(target, name);
  // A function under that name is called as a method.
  return typeof original === 'function' ? putMethod(target, name, replace(original as Method)) : () => undefined;
}

/**
 * Replaces several methods for a while, between an object and its class: what is put on an object itself, and removed again,
 * leaves it slow in V8 for good, at every access. A method that the object has of its own is replaced on it. Returns the undo,
 * after which the object has its class again.
 */
export function replaceMethods(
  target: object,
  names: readonly string[],
  replace: (original: Method) => Method,
): () => void {
  const shared = Object.getPrototypeOf(target) as object | null;
  const layer = Object.create(shared) as object;
  const undo = names.map((name) => replaceMethod(Object.hasOwn(target, name) ? target : layer, name, replace));
  const isPut = Reflect.setPrototypeOf(target, layer);
  return () => {
    for (const restore of undo) restore();
    // Where other code has put a layer of its own above it, this one stays, and is empty.
    if (isPut && Object.getPrototypeOf(target) === layer) Reflect.setPrototypeOf(target, shared);
  };
}
