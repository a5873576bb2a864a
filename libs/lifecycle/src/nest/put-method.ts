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
