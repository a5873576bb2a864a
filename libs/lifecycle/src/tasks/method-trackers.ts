/** Counts calls of decorated methods; a {@link TaskTracker} is one. */
export interface MethodTracker {
  start(label: string, frame?: string): { done(): void };
}

interface Registry {
  /** Of every application that runs in this process. */
  readonly running: Set<MethodTracker>;
  /** By the instance, or by the prototype of those that Nest makes when they are needed. */
  readonly owners: WeakMap<object, Set<MethodTracker>>;
}

/** Shared by every loaded copy of this package, so its shape stays. */
const REGISTRY = Symbol.for('nestjs-lifecycle.method-trackers.v1');

function registry(): Registry {
  const shared = globalThis as { [REGISTRY]?: Registry };
  return (shared[REGISTRY] ??= { running: new Set(), owners: new WeakMap() });
}

/**
 * An application runs, and counts the calls on these instances, and on instances of these prototypes. Returns its undo.
 */
export function addMethodTracker(tracker: MethodTracker, owners: readonly object[]): () => void {
  const { running, owners: known } = registry();
  running.add(tracker);
  for (const owner of owners) known.set(owner, (known.get(owner) ?? new Set()).add(tracker));
  return () => {
    running.delete(tracker);
    for (const owner of owners) known.get(owner)?.delete(tracker);
  };
}

/**
 * What counts the calls on an object: the application that has made it; those that make objects of its class; or else
 * every one that runs, so that none ends under it.
 */
export function methodTrackersOf(target: unknown): readonly MethodTracker[] {
  const { running, owners } = registry();
  if (running.size <= 1) return [...running];
  for (let owner = asObject(target); owner !== null; owner = asObject(Object.getPrototypeOf(owner))) {
    const trackers = owners.get(owner);
    if (trackers !== undefined && trackers.size > 0) return [...trackers];
  }
  return [...running];
}

function asObject(value: unknown): object | null {
  return (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : null;
}
