/** A method of any kind. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Puts a method on an object itself, where it is found before that of its class. Returns the undo, which leaves the object
 * as it was. A method that other code has put there since, such as the spy of a test, stays.
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
 * Puts what `replace` makes of a method in its place, on the object itself. Where there is no such method, nothing happens.
 * Returns the undo, as {@link putMethod} does.
 */
export function replaceMethod(target: object, name: string, replace: (original: Method) => Method): () => void {
  const original: unknown = Reflect.get(target, name);
  // What an object has under the name of one of its methods is called like one.
  return typeof original === 'function' ? putMethod(target, name, replace(original as Method)) : () => undefined;
}
