/** An object as the API has it. */
export interface KubeObject {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: KubeMetadata;
  readonly [field: string]: unknown;
}

/** What each of them has. */
export interface KubeMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid: string }[];
}

/** A collection of a namespace. */
export interface KubeResource {
  /** Empty for the core API. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
}

const core = (kind: string, plural: string): KubeResource => ({ group: '', version: 'v1', kind, plural });

/** What the server knows. */
export const RESOURCES: readonly KubeResource[] = [
  core('Pod', 'pods'),
  core('Service', 'services'),
  core('Event', 'events'),
  core('Namespace', 'namespaces'),
  core('Node', 'nodes'),
  { group: 'policy', version: 'v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' },
  { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments' },
  { group: 'apps', version: 'v1', kind: 'ReplicaSet', plural: 'replicasets' },
  { group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice', plural: 'endpointslices' },
  { group: 'batch', version: 'v1', kind: 'Job', plural: 'jobs' },
];

/** `apps/v1`, `v1`. */
export function apiVersionOf({ group, version }: KubeResource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `deployments.apps`, `pods`. */
export function qualifiedName({ group, plural }: KubeResource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A patch applied to an object. In a strategic merge, lists of things with names, such as containers, are merged by name; in a merge
 * patch (RFC 7386) a list is replaced.
 */
export function patched(object: unknown, patch: unknown, isStrategic: boolean): unknown {
  if (
    Array.isArray(object) &&
    Array.isArray(patch) &&
    isStrategic &&
    patch.every((item) => nameOf(item) !== undefined)
  ) {
    const patches: readonly unknown[] = patch;
    const items: readonly unknown[] = object;
    const names = patches.map((item) => nameOf(item));
    const merged = items.map((item) => {
      const at = names.indexOf(nameOf(item));
      return at === -1 ? item : patched(item, patches[at], true);
    });
    const had = items.map((item) => nameOf(item));
    return [...merged, ...patches.filter((item) => !had.includes(nameOf(item)))];
  }
  if (!isObject(patch)) return patch;
  const result: Record<string, unknown> = isObject(object) ? { ...object } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = patched(result[name], value, isStrategic);
  }
  return result;
}

function nameOf(item: unknown): string | undefined {
  return isObject(item) && typeof item['name'] === 'string' ? item['name'] : undefined;
}
