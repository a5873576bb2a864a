import { nameText } from '../errors/safe-text.js';
import { type Provided, recognise, type Recognised, type Search, tokenName } from './find-resources.js';
import { isLiteral } from './held-values.js';
import { type Resource } from './resource.js';
import { type ResourceKind } from './resource-kind.js';
import { fieldOf, isObject } from './shape.js';
import { underlying } from './underlying.js';

/** A client that a service has in a field: its service closes it, or nothing does. */
export interface FieldClient extends Recognised, Pick<Resource, 'name'> {}

/** Kinds that show what they work on at any time, and not only once they could not be closed. */
const SHOWING: ReadonlySet<string> = new Set<ResourceKind['type']>(['database', 'cache']);

/**
 * The clients of databases and caches in the fields of providers, each once. A service may need its client at any time, and may
 * close it by itself, so the library does not. Clients that are providers themselves are none of them, and neither is what they work with.
 */
export function clientsInFields(providers: readonly Provided[], search: Omit<Search, 'guard'>): FieldClient[] {
  const kinds = search.kinds.filter(({ type }) => SHOWING.has(type));
  const seen = new Set(providers.map(({ instance }) => (isObject(instance) ? underlying(instance) : instance)));
  return providers.flatMap(({ instance, token, isAlias }) => {
    if (isAlias === true || !isService(instance)) return [];
    const found = Object.keys(instance).flatMap((field) => {
      const value = fieldOf(instance, field);
      const client = isService(value) ? underlying(value) : undefined;
      if (client === undefined || seen.has(client)) return [];
      seen.add(client);
      const recognised = recognise(client, { ...search, kinds });
      return recognised === undefined ? [] : [{ recognised, field: nameText(field) }];
    });
    // Asked for last, because nearly all providers have none.
    if (found.length === 0 || recognise(instance, search) !== undefined) return [];
    return found
      .map(({ recognised: { kind, closable }, field }) => ({
        kind,
        closable,
        name: `${kind.title} ${tokenName(token)}.${field}`,
      }))
      .filter(({ name }) => !search.except.has(token) && !search.except.has(name));
  });
}

/** What a class or a factory has made. */
function isService(value: unknown): value is object {
  return isObject(value) && !Array.isArray(value) && !isLiteral(value);
}
