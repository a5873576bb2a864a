import { type Resource } from '../manifest/resource.js';
import { type Field } from '../source/field.js';

/**
 * Where a field of a rendered object is written: in the object of the same kind and name, as patches and prefixes leave it, that
 * has the same value there; for what is missing, and for a whole mapping, in the object that has the most around it. `undefined`
 * where no source has it, as for what a generator or a transformer has written.
 */
export function writtenAt(at: Field, rendered: readonly Resource[], sources: readonly Resource[]): Field | undefined {
  const own = rendered.find(({ root }) => root.holds(at));
  if (own === undefined) return undefined;
  const way = nearestOf(at.keys.slice(own.root.keys.length), own.root);
  const same = sources.filter(({ kind, name }) => kind === own.kind && (own.name === name || isLonger(own.name, name)));
  const found = own.root.at(...way);
  const isName = way.join('.') === 'metadata.name';
  const fields = same.map(({ root }) => root.at(...way)).filter((one) => (isName ? one.exists : isSame(one, found)));
  // A patch comes after what it patches, and an equal name says more than one that is part of the other.
  return found.entries.length === 0 ? fields.at(-1) : fullest(fields);
}

/** The way to what is there, of something that is not. */
function nearestOf(way: readonly (string | number)[], root: Field): readonly (string | number)[] {
  let near = way;
  while (near.length > 0 && !root.at(...near).exists) near = near.slice(0, -1);
  return near;
}

/** Of a mapping a patch has a part, and what it patches has the rest. */
function fullest(fields: readonly Field[]): Field | undefined {
  return fields.toSorted((one, other) => other.entries.length - one.entries.length)[0];
}

/** `namePrefix` and `nameSuffix` make names longer. */
function isLonger(rendered: string, name: string): boolean {
  return name !== '' && (rendered.endsWith(name) || rendered.startsWith(name));
}

function isSame(one: Field, other: Field): boolean {
  const isSameKind = one.exists && other.exists && one.value?.kind === other.value?.kind;
  // Containers of a patch may stand at other places of their list.
  return isSameKind && one.text === other.text && one.at('name').text === other.at('name').text;
}
