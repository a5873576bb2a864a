/**
 * What a foreign value looks like, without running any of its code: getters may do something, and mocks answer every name. So only
 * descriptors are read, of the value and of its prototypes.
 */

/** The value of a field or a method; `undefined` where it is a getter, or is missing. */
export function fieldOf(value: object, name: PropertyKey): unknown {
  return descriptorOf(value, name)?.value;
}

/** Whether a value has methods of all these names. */
export function hasMethods(value: object, names: readonly PropertyKey[]): boolean {
  return names.every((name) => typeof fieldOf(value, name) === 'function');
}

/** Whether a value has getters of all these names. */
export function hasGetters(value: object, names: readonly PropertyKey[]): boolean {
  return names.every((name) => descriptorOf(value, name)?.get !== undefined);
}

/** Whether a value has fields of all these names, which are no getters, and whose values are of these types. */
export function hasFields(
  value: object,
  types: Readonly<Record<string, 'object' | 'string' | 'number' | 'boolean' | 'function'>>,
): boolean {
  for (const name in types) {
    const field = fieldOf(value, name);
    if (typeof field !== types[name] || field === null) return false;
  }
  return true;
}

/** The field of a field, and so on; `undefined` where there is none. */
export function fieldAt(value: object, ...path: readonly PropertyKey[]): unknown {
  let found: unknown = value;
  for (const name of path) found = isObject(found) ? fieldOf(found, name) : undefined;
  return found;
}

/** A client may be a function with methods (knex). */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function descriptorOf(value: object, name: PropertyKey): PropertyDescriptor | undefined {
  // Most values have no such name, and a service has thousands of them. To ask so makes no descriptors.
  if (!(name in value)) return undefined;
  const found = Object.getOwnPropertyDescriptor(value, name);
  if (found !== undefined) return found;
  const parent: unknown = Object.getPrototypeOf(value);
  return isObject(parent) ? descriptorOf(parent, name) : undefined;
}
