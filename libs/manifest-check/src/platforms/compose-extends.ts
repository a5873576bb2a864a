import { Field } from '../source/field.js';
import { type Entry, type Mapping, type Value } from '../source/value.js';

/** How many services may extend one another. */
const DEEPEST = 10;

/**
 * A service of Compose with what it takes from the one that it extends, where that is in the same file: its own values count for
 * more, and variables are put together. What is taken over stands elsewhere, so that a change of it is none of this service alone.
 */
export function extended(service: Field, root: Field, level = 0): Field {
  const at = service.at('extends');
  const name = at.text ?? at.at('service').text;
  if (name === undefined || at.at('file').exists || level === DEEPEST) return service;
  const base = extended(root.at('services', name), root, level + 1);
  const [own, taken] = [service.value, base.value];
  return own?.kind === 'mapping' && taken?.kind === 'mapping' ? service.with(together(own, taken)) : service;
}

/** Keys whose values are mappings that are put together. */
const MERGED: ReadonlySet<string> = new Set(['environment', 'deploy', 'labels', 'build']);

function together(own: Mapping, taken: Mapping): Value {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of taken.entries) if (key !== 'extends') entries.set(key, { ...entry, isShared: true });
  for (const [key, entry] of own.entries) {
    const { value } = entry;
    const before = MERGED.has(key) ? entries.get(key)?.value : undefined;
    const isBoth = before?.kind === 'mapping' && value.kind === 'mapping';
    entries.set(key, isBoth ? { ...entry, value: together(value, before) } : entry);
  }
  return { ...own, entries };
}
