import { Field } from '../source/field.js';
import { folderOf } from '../source/neighbours.js';
import { type Source } from '../source/source.js';
import { UnusableInput } from '../source/unusable-input.js';
import { type Entry, type Mapping, type Value } from '../source/value.js';
import { readYaml } from '../source/yaml-reader.js';
import { type Missing, type PlatformFile } from './platform-file.js';

/** How many services may extend one another. */
const DEEPEST = 10;

/** A service of Compose with what it takes from others. */
export interface ExtendedService {
  readonly field: Field;
  /** The services that no file here has. */
  readonly missing: readonly Missing[];
}

type Finder = Pick<PlatformFile, 'neighbours'>;

/**
 * A service of Compose with what it takes from the one that it extends, in its own file or in another: its own values count for
 * more, and variables are put together. What is taken over stands elsewhere, so that a change of it is none of this service alone.
 */
export function extended(service: Field, root: Field, finder: Finder, level = 0): ExtendedService {
  const at = service.at('extends');
  if (!at.exists || level === DEEPEST) return { field: service, missing: [] };
  const home = homeOf(at, root, finder);
  const name = at.text ?? at.at('service').text ?? '';
  const found = home?.at('services', name);
  if (home === undefined || found?.exists !== true)
    return { field: service, missing: [{ at, kind: 'extended service', name }] };
  const { field: base, missing } = extended(found, home, finder, level + 1);
  return { field: over(base, service), missing };
}

function homeOf(at: Field, root: Field, finder: Finder): Field | undefined {
  const file = at.at('file').text;
  return file === undefined ? root : composeFileAt(at, file, finder);
}

function over(base: Field, service: Field): Field {
  const [own, taken] = [service.value, base.value];
  return own?.kind === 'mapping' && taken?.kind === 'mapping'
    ? service.with(together(own, taken, base.source))
    : service;
}

/** The Compose file of a path that another one names; `undefined` where it is not there, or cannot be read. */
export function composeFileAt(at: Field, path: string, { neighbours }: Finder): Field | undefined {
  const source = neighbours?.find(folderOf(at.source.path), path);
  if (source === undefined) return undefined;
  try {
    return readYaml(source)[0]?.root;
  } catch (error) {
    if (error instanceof UnusableInput) return undefined;
    throw error;
  }
}

/** Keys whose values are mappings that are put together. */
const MERGED: ReadonlySet<string> = new Set(['environment', 'deploy', 'labels', 'build']);
/** Which services wait for this one, or whether it is asked for, is not taken over. */
const NOT_TAKEN: ReadonlySet<string> = new Set(['extends', 'depends_on', 'links', 'volumes_from']);

function together(own: Mapping, taken: Mapping, source: Source): Value {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of taken.entries) {
    if (!NOT_TAKEN.has(key)) entries.set(key, { ...entry, isShared: true, source: entry.source ?? source });
  }
  for (const [key, entry] of own.entries) {
    const { value } = entry;
    const before = MERGED.has(key) ? entries.get(key)?.value : undefined;
    const isBoth = before?.kind === 'mapping' && value.kind === 'mapping';
    entries.set(key, isBoth ? { ...entry, value: together(value, before, source) } : entry);
  }
  return { ...own, entries };
}
