import { type Asked, matching, statusOf } from './kube-answers.js';
import { apiVersionOf, isObject, type KubeObject, patched, qualifiedName } from './kube-object.js';
import { type KubeStore } from './kube-store.js';

/** What a request is answered with. */
export interface Reply {
  readonly status: number;
  readonly body: object;
}

/** What an admission webhook says of a change: its refusal, or nothing. */
export type Admission = (object: KubeObject) => Reply | undefined;

function refusal(status: number, reason: string, message: string): Reply {
  return { status, body: statusOf(status, reason, message) };
}

/** A page of a collection. Its objects have neither kind nor version, as with Kubernetes. */
export function listed(store: KubeStore, { resource, url, namespace }: Asked): Reply {
  const items = store.list(resource.plural).filter(matching(url, namespace));
  const limit = Number(url.searchParams.get('limit') ?? Infinity);
  const from = Number(url.searchParams.get('continue') ?? 0);
  const rest = items.length - from - limit;
  const page = rest > 0 ? { continue: String(from + limit), remainingItemCount: rest } : {};
  return {
    status: 200,
    body: {
      kind: `${resource.kind}List`,
      apiVersion: apiVersionOf(resource),
      metadata: { resourceVersion: String(store.version), ...page },
      items: items.slice(from, from + limit).map(({ kind: _kind, apiVersion: _version, ...item }) => item),
    },
  };
}

export function created(store: KubeStore, { resource, body, namespace }: Asked, admit: Admission): Reply {
  const metadata = isObject(body) ? body['metadata'] : undefined;
  if (!isObject(body) || !isObject(metadata) || typeof metadata['name'] !== 'string') {
    return refusal(422, 'Invalid', `${resource.kind} "" is invalid: metadata.name: Required value`);
  }
  const { name } = metadata;
  if (store.get(resource.plural, name) !== undefined) {
    return refusal(409, 'AlreadyExists', `${qualifiedName(resource)} "${name}" already exists`);
  }
  // What a caller sends has the fields of an object but those that the server adds.
  const refused = admit(body as unknown as KubeObject);
  return (
    refused ?? {
      status: 201,
      body: store.create(resource.plural, { ...body, metadata: { generation: 1, namespace, ...metadata, name } }),
    }
  );
}

export function changed(store: KubeStore, asked: Asked, object: KubeObject, admit: Admission): Reply {
  const { resource, body, contentType, url } = asked;
  const isStrategic = contentType === 'application/strategic-merge-patch+json';
  if (!isStrategic && contentType !== 'application/merge-patch+json') {
    const message = `the body of the request was in an unknown format: ${contentType}`;
    return refusal(415, 'UnsupportedMediaType', message);
  }
  if (isStale(body, object)) {
    const message = `Operation cannot be fulfilled on ${qualifiedName(resource)} "${object.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`;
    return refusal(409, 'Conflict', message);
  }
  // Merged with a body that a test sends, it is still an object of this kind.
  const next = patched(object, body, isStrategic) as KubeObject;
  const refused = admit(next);
  if (refused !== undefined) return refused;
  const isChanged = JSON.stringify(next['spec']) !== JSON.stringify(object['spec']);
  const generation = (object.metadata.generation ?? 1) + (isChanged ? 1 : 0);
  const written = { ...next, metadata: { ...next.metadata, generation } };
  if (url.searchParams.get('dryRun') === 'All') return { status: 200, body: written };
  return { status: 200, body: store.update(resource.plural, object.metadata.name, () => written) ?? written };
}

/** Whether a change says that it is of an older version. */
function isStale(body: unknown, { metadata }: KubeObject): boolean {
  const wanted = isObject(body) && isObject(body['metadata']) ? body['metadata']['resourceVersion'] : undefined;
  return wanted !== undefined && wanted !== metadata.resourceVersion;
}
