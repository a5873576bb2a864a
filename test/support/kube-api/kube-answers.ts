import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type KubeObject, type KubeResource, qualifiedName, RESOURCES } from './kube-object.js';

/** The user that the server knows, and what it knows it by. */
export const USER = 'developer';
export const TOKEN = 'token-of-the-developer';

/** A request, taken apart. */
export interface Asked {
  readonly method: string;
  readonly namespace: string;
  readonly url: URL;
  readonly body: unknown;
  readonly contentType: string;
  readonly resource: KubeResource;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** What is in no namespace. */
const OF_THE_CLUSTER = /^\/api\/v1\/(namespaces|nodes)(?:\/([^/]+))?$/;

/** A request to a collection, or to what is in it; `undefined` for a group or a resource that the server does not have. */
export function requestParts({ method = 'GET', headers }: IncomingMessage, url: URL, body: unknown): Asked | undefined {
  const contentType = headers['content-type'] ?? '';
  const [, ofCluster, own] = OF_THE_CLUSTER.exec(url.pathname) ?? [];
  const clusterWide = RESOURCES.find(({ plural }) => plural === ofCluster);
  if (clusterWide !== undefined) {
    return { method, namespace: '', url, body, contentType, resource: clusterWide, name: own, subresource: undefined };
  }
  const found = /^\/(?:api|apis\/([^/]+))\/([^/]+)\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
    url.pathname,
  );
  if (found === null) return undefined;
  const [, group = '', version, namespace = '', plural, name, subresource] = found;
  const resource = RESOURCES.find((one) => one.group === group && one.version === version && one.plural === plural);
  if (resource === undefined) return undefined;
  return { method, namespace, url, body, contentType, resource, name, subresource };
}

/** What RBAC calls it. */
export function verbOf({ method, name, url }: Asked): string {
  if (method === 'PATCH') return 'patch';
  if (method === 'POST') return 'create';
  if (method === 'DELETE') return 'delete';
  if (name !== undefined) return 'get';
  return url.searchParams.has('watch') ? 'watch' : 'list';
}

/** Parsed; `undefined` where there is none. */
export async function bodyOf(request: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? undefined : JSON.parse(text);
}

export function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.end(JSON.stringify(body));
}

export function statusOf(code: number, reason: string, message: string, details?: object): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    ...(details && { details }),
    code,
  };
}

export function notFound(resource: KubeResource, name: string): object {
  const { group, plural } = resource;
  const details = { name, ...(group !== '' && { group }), kind: plural };
  return statusOf(404, 'NotFound', `${qualifiedName(resource)} "${name}" not found`, details);
}

export function forbidden(verb: string, { resource, namespace, name, subresource }: Asked): object {
  const { group, plural } = resource;
  const subject = name === undefined ? qualifiedName(resource) : `${qualifiedName(resource)} "${name}"`;
  const whole = subresource === undefined ? plural : `${plural}/${subresource}`;
  const message = `${subject} is forbidden: User "${USER}" cannot ${verb} resource "${whole}" in API group "${group}" in the namespace "${namespace}"`;
  return statusOf(403, 'Forbidden', message, {
    ...(name !== undefined && { name }),
    ...(group !== '' && { group }),
    kind: plural,
  });
}

export function expired(version: number, oldest: number): string {
  const object = statusOf(410, 'Expired', `too old resource version: ${version} (${oldest})`);
  return JSON.stringify({ type: 'ERROR', object });
}

/** Which objects a query means: of the namespace, by labels that are equal, or by its name. */
export function matching({ searchParams }: URL, wantedNamespace: string): (object: KubeObject) => boolean {
  const pairs = (searchParams.get('labelSelector') ?? '').split(',').filter((pair) => pair !== '');
  const wanted = /^metadata\.name=(.+)$/.exec(searchParams.get('fieldSelector') ?? '')?.[1];
  return ({ metadata: { name, namespace, labels = {} } }) =>
    (wantedNamespace === '' || namespace === wantedNamespace) &&
    (wanted === undefined || name === wanted) &&
    pairs.every((pair) => {
      const [label = '', value = ''] = pair.split(/==?/);
      return labels[label] === value;
    });
}
