import { types } from 'node:util';
import { fieldOf, isObject } from './shape.js';

/** A value in a collection, and where it is there: `.eu` of a map, `[0]` of an array. */
interface HeldValue {
  readonly value: object;
  readonly at: string;
}

/**
 * What a provider holds that is nothing but a collection: an array, a map, a set, or an object literal. An application keeps several
 * clients in one, such as one for each tenant. What is an object literal itself is no client, and is left out.
 */
export function heldIn(collection: object): HeldValue[] {
  return entriesOf(collection).flatMap(({ value, at }) =>
    isObject(value) && !isLiteral(value) ? [{ value, at }] : [],
  );
}

/** Whether a value is an object literal, such as options that were given in one. */
export function isLiteral(value: object): boolean {
  return typeof value === 'object' && !types.isProxy(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function entriesOf(collection: object): { readonly value: unknown; readonly at: string }[] {
  if (types.isProxy(collection)) return [];
  if (Array.isArray(collection)) return collection.map((value: unknown, index) => ({ value, at: `[${index}]` }));
  if (types.isMap(collection))
    return [...mapEntries(collection)].map(([key, value]) => ({ value, at: `.${nameOf(key)}` }));
  if (types.isSet(collection)) return [...setValues(collection)].map((value, index) => ({ value, at: `[${index}]` }));
  if (!isLiteral(collection)) return [];
  return Object.keys(collection).map((key) => ({ value: fieldOf(collection, key), at: `.${key}` }));
}

/** Not those of a class that extends it, which may do something. */
function mapEntries(map: Map<unknown, unknown>): Iterable<[unknown, unknown]> {
  return Map.prototype.entries.call(map);
}

function setValues(set: Set<unknown>): Iterable<unknown> {
  return Set.prototype.values.call(set);
}

function nameOf(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : typeof key;
}
