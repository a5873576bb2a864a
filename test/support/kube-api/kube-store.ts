import { randomUUID } from 'node:crypto';
import {
  apiVersionOf,
  type KubeMetadata,
  type KubeObject,
  type KubeResource,
  qualifiedName,
  RESOURCES,
} from './kube-object.js';

/** One change, as a watch tells it. */
export interface StoredChange {
  readonly version: number;
  readonly resource: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** What a caller may leave to the store. */
export type NewObject = Readonly<Record<string, unknown>> & {
  readonly metadata: Partial<KubeMetadata> & Pick<KubeMetadata, 'name'>;
};

/** Objects, each with its version, and every change in order: what an API server keeps in etcd. */
export class KubeStore {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #changes: StoredChange[] = [];
  readonly #readers = new Set<(change: StoredChange) => void>();
  #version = 1000;
  #oldest = 0;

  constructor(readonly namespace: string) {}

  get version(): number {
    return this.#version;
  }

  /** The version before which changes are forgotten. */
  get oldest(): number {
    return this.#oldest;
  }

  list(plural: string): KubeObject[] {
    return [...(this.#objects.get(plural)?.values() ?? [])];
  }

  get(plural: string, name: string): KubeObject | undefined {
    return this.#objects.get(plural)?.get(name);
  }

  create(plural: string, object: NewObject): KubeObject {
    const resource = resourceOf(plural);
    return this.#write('ADDED', resource, {
      ...object,
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      metadata: {
        namespace: this.namespace,
        uid: randomUUID(),
        creationTimestamp: second(new Date()),
        ...object.metadata,
        resourceVersion: '',
      },
    });
  }

  /** Replaces what `change` gives; `undefined` where the object is no more. */
  update(plural: string, name: string, change: (object: KubeObject) => KubeObject): KubeObject | undefined {
    const object = this.get(plural, name);
    return object && this.#write('MODIFIED', resourceOf(plural), change(object));
  }

  remove(plural: string, name: string): void {
    const object = this.get(plural, name);
    if (object !== undefined) this.#write('DELETED', resourceOf(plural), object);
  }

  /** Changes after a version, and then each as it comes. The returned function ends that. */
  follow(plural: string, after: number, reader: (change: StoredChange) => void): () => void {
    const mine = (change: StoredChange): void => {
      if (change.resource === plural) reader(change);
    };
    for (const change of this.#changes) if (change.version > after) mine(change);
    this.#readers.add(mine);
    return () => this.#readers.delete(mine);
  }

  /** Forgets every change up to now: a watch from an older version gets 410. */
  compact(): void {
    this.#oldest = this.#version;
    this.#changes.length = 0;
  }

  #write(type: StoredChange['type'], resource: KubeResource, object: KubeObject): KubeObject {
    this.#version += 1;
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    const { plural } = resource;
    const objects = this.#objects.get(plural) ?? new Map<string, KubeObject>();
    this.#objects.set(plural, objects);
    if (type === 'DELETED') objects.delete(written.metadata.name);
    else objects.set(written.metadata.name, written);
    const change = { version: this.#version, resource: plural, type, object: written };
    this.#changes.push(change);
    for (const reader of this.#readers) reader(change);
    return written;
  }
}

export function resourceOf(plural: string): KubeResource {
  const resource = RESOURCES.find((one) => one.plural === plural || qualifiedName(one) === plural);
  if (resource === undefined) throw new Error(`the API has no ${plural}`);
  return resource;
}

/** Kubernetes has times to the second. */
export function second(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
