import { VERSION } from './version.js';

/**
 * All versions share this map, so its shape must not change: by Nest, then by version, then by the name of the class.
 */
const COPIES = Symbol.for('nestjs-lifecycle.copies.v1');

type Class = abstract new (...args: never[]) => unknown;
type Versions = Map<string, Map<string, Class>>;

/** A class decorator. */
type Sharing = <T extends Class>(own: T) => T;

/**
 * Makes a class the same in every copy of this version: all later copies use the class of the one that is loaded first.
 * Nest finds providers by their class, so one copy can inject what another provides.
 *
 * @param name the name of the class in every copy; minifiers change the name of the class itself
 * @param nest a class of the Nest that this copy runs on: copies on different Nests share nothing. Left out for classes
 * that Nest does not handle
 */
export function sharedByCopies(name: string, nest: object = globalThis): Sharing {
  return (own) => {
    const versions = versionsOn(nest);
    const classes = versions.get(VERSION) ?? new Map<string, Class>();
    if (classes.size === 0) {
      versions.set(VERSION, classes);
      if (nest !== globalThis && versions.size > 1) warnOf([...versions.keys()]);
    }
    const first = classes.get(name);
    // The same version means the same class under that name.
    if (first !== undefined) return first as typeof own;
    classes.set(name, own);
    return own;
  };
}

/** The shared classes of other versions, which Nest takes for different classes. */
export function classesOfOtherVersions(nest: object): { version: string; name: string; type: Class }[] {
  return [...versionsOn(nest)]
    .filter(([version]) => version !== VERSION)
    .flatMap(([version, classes]) => [...classes].map(([name, type]) => ({ version, name, type })));
}

/** What several versions lead to, and what to do. */
export function severalVersions(versions: readonly string[]): string {
  return (
    `nestjs-lifecycle is loaded in several versions in this process: ${versions.join(' and ')}. Hooks work across them, ` +
    'but GracefulShutdown and the other providers of one version cannot be injected where the module is of another. ' +
    'Type npm ls nestjs-lifecycle to see who brings which, give them the same range, then type npm dedupe.'
  );
}

/**
 * A process warning: a plugin may load a copy after the application has started, and then only Nest reports an error.
 */
function warnOf(versions: readonly string[]): void {
  process.emitWarning(severalVersions(versions), { code: 'NESTJS_LIFECYCLE_SEVERAL_VERSIONS' });
}

function versionsOn(nest: object): Versions {
  const shared = globalThis as { [COPIES]?: WeakMap<object, Versions> };
  const copies = (shared[COPIES] ??= new WeakMap());
  const versions = copies.get(nest) ?? new Map();
  copies.set(nest, versions);
  return versions;
}
