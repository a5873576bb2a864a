import { type Resource } from '../manifest/resource.js';
import { type Field } from '../source/field.js';

/**
 * Where a field of a rendered object is written: in the object of the same kind and name, as patches and prefixes leave it, that
 * has the same value there. `undefined` where no source has it, as for what a generator or a transformer has written.
 */
export function writtenAt(at: Field, rendered: readonly Resource[], sources: readonly Resource[]): Field | undefined {
  const own = rendered.find(({ root }) => root.holds(at));
  if (own === undefined) return undefined;
  const way = at.keys.slice(own.root.keys.length);
  const same = sources.filter(({ kind, name }) => kind === own.kind && (own.name === name || isLonger(own.name, name)));
  const isName = way.join('.') === 'metadata.name';
  const fields = same.map(({ root }) => root.at(...way)).filter((field) => (isName ? field.exists : isSame(field, at)));
  // A patch comes after what it patches, and an equal name says more than one that is part of the other.
  return fields.at(-1);
}

/** `namePrefix` and `nameSuffix` make names longer. */
function isLonger(rendered: string, name: string): boolean {
  return name !== '' && (rendered.endsWith(name) || rendered.startsWith(name));
}

function isSame(one: Field, other: Field): boolean {
  return one.exists && other.exists && one.value?.kind === other.value?.kind && one.text === other.text;
}
