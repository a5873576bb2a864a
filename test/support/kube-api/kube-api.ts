import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TEST_CERTIFICATE } from '../test-certificate.js';
import {
  type Asked,
  bodyOf,
  expired,
  forbidden,
  matching,
  notFound,
  requestParts,
  send,
  statusOf,
  TOKEN,
  USER,
  verbOf,
} from './kube-answers.js';
import { apiVersionOf, isObject, type KubeResource, qualifiedName, RESOURCES } from './kube-object.js';
import { KubeStore, resourceOf, type StoredChange } from './kube-store.js';
import { deleted, evicted, type Running, scaled } from './kube-acts.js';
import { type Admission, changed, created, listed, type Reply } from './kube-replies.js';
import { PodLog } from './pod-log.js';

/** What a request is answered with once, in place of what it asks for. */
interface Fault {
  readonly matches: RegExp;
  times: number;
  readonly answer: (response: ServerResponse) => void;
}

/** A running watch. */
interface Watch {
  readonly plural: string;
  readonly response: ServerResponse;
  readonly end: () => void;
}

const NAMESPACE = 'shop';

/**
 * An API server as far as a rehearsal needs one. What it answers has the shape of what Kubernetes 1.34.4 answered to the same requests: lists
 * with a version, watches that begin at one, bookmarks, `Status` for refusals, 409 for an old version, plain text for a group that is not there.
 */
export class KubeApi {
  readonly store = new KubeStore(NAMESPACE);
  readonly namespace = NAMESPACE;
  /** Every request, as `PATCH /apis/…`, without those for rights. */
  readonly requests: string[] = [];
  /** The body of each change. */
  readonly bodies: unknown[] = [];
  readonly logs = new Map<string, PodLog>();
  /** The pods with a process. */
  readonly running: Running = new Map();
  readonly #denied = new Set<string>();
  readonly #faults: Fault[] = [];
  readonly #watches = new Set<Watch>();
  /** Called before a change is made; what it returns is the refusal, as an admission webhook's. */
  admit: Admission = () => undefined;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly folder: string,
  ) {
    server.on('request', (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<KubeApi> {
    const server = createServer({ cert: TEST_CERTIFICATE.cert, key: TEST_CERTIFICATE.key });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the API server has no port');
    const api = new KubeApi(server, address.port, await mkdtemp(join(tmpdir(), 'kube-api-')));
    await writeFile(api.kubeconfig, api.kubeconfigText());
    return api;
  }

  /** The file that `KUBECONFIG` names. */
  get kubeconfig(): string {
    return join(this.folder, 'config');
  }

  /** With one context, `kind-shop`, unless a test needs another. */
  kubeconfigText({
    context = 'kind-shop',
    token = TOKEN,
    ca = TEST_CERTIFICATE.cert,
    server = this.origin,
  } = {}): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': context,
      clusters: [
        { name: context, cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
      ],
      users: [{ name: USER, user: { token } }],
      contexts: [{ name: context, context: { cluster: context, user: USER, namespace: NAMESPACE } }],
    });
  }

  get origin(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  async writeKubeconfig(text: string): Promise<string> {
    await writeFile(this.kubeconfig, text);
    return this.kubeconfig;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** As in `deny('patch', 'deployments.apps')`. */
  deny(verb: string, resource: string): void {
    this.#denied.add(`${verb} ${resource}`);
  }

  /** Answers the next requests that match, as `GET /api/v1/…`, with a status and a `Status`. */
  refuse(
    matches: RegExp,
    status: number,
    { times = 1, headers = {}, reason = 'InternalError', message = 'etcd is away' } = {},
  ): void {
    this.#faults.push({
      matches,
      times,
      answer: (response) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify(statusOf(status, reason, message)));
      },
    });
  }

  /** Answers them with bytes of its own, as a proxy in front of the server does. */
  answerRaw(matches: RegExp, status: number, text: string): void {
    this.#faults.push({ matches, times: 1, answer: (response) => response.writeHead(status).end(text) });
  }

  /** Ends every watch, as a balancer in front of the server does: in order, or in the middle of a line. */
  cutWatches({ inTheMiddle = false } = {}): void {
    for (const { response, end } of this.#watches) {
      if (inTheMiddle) {
        response.write('{"type":"MODIFIED","object":{"kind":"Po');
        response.destroy();
      } else response.end();
      end();
    }
  }

  /** Sends a bookmark over every watch. */
  bookmark(): void {
    const metadata = { resourceVersion: String(this.store.version) };
    for (const { plural, response } of this.#watches) {
      const resource = resourceOf(plural);
      const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata };
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
    }
  }

  /** Ends every watch with 410, as it is when etcd was compacted. */
  expireWatches(): void {
    this.store.compact();
    for (const { response, end } of this.#watches) {
      response.end(`${expired(1, this.store.oldest)}\n`);
      end();
    }
  }

  log(pod: string): PodLog {
    const log = this.logs.get(pod) ?? new PodLog();
    this.logs.set(pod, log);
    return log;
  }

  async close(): Promise<void> {
    this.cutWatches();
    for (const log of this.logs.values()) log.end();
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
    await rm(this.folder, { recursive: true });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET' } = request;
    const url = new URL(request.url ?? '/', this.origin);
    const body = await bodyOf(request);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      return send(response, 401, statusOf(401, 'Unauthorized', 'Unauthorized'));
    }
    if (url.pathname.endsWith('/selfsubjectaccessreviews')) return this.#review(body, response);
    const line = `${method} ${url.pathname}${url.search}`;
    this.requests.push(line);
    if (method !== 'GET') this.bodies.push(body);
    if (this.#fails(line, response)) return;
    if (url.pathname === '/version') return send(response, 200, { major: '1', minor: '34', gitVersion: 'v1.34.4' });
    const asked = requestParts(request, url, body);
    if (asked === undefined) {
      return void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
    }
    this.#serve(asked, response);
  }

  #fails(line: string, response: ServerResponse): boolean {
    const fault = this.#faults.find(({ matches, times }) => times > 0 && matches.test(line));
    if (fault === undefined) return false;
    fault.times -= 1;
    fault.answer(response);
    return true;
  }

  #serve(asked: Asked, response: ServerResponse): void {
    const { name, resource, subresource, url } = asked;
    const verb = verbOf(asked);
    if (this.#isDenied(verb, resource, subresource)) return send(response, 403, forbidden(verb, asked));
    if (subresource === 'log') return this.#sendLog(asked, response);
    if (name === undefined && url.searchParams.has('watch')) return this.#watch(asked, response);
    const { status, body } = name === undefined ? this.#ofCollection(asked) : this.#ofObject(asked, name);
    send(response, status, body);
  }

  #ofCollection(asked: Asked): Reply {
    return asked.method === 'POST' ? created(this.store, asked, this.admit) : listed(this.store, asked);
  }

  #ofObject(asked: Asked, name: string): Reply {
    const { method, resource, subresource } = asked;
    const object = this.store.get(resource.plural, name);
    if (object === undefined) return { status: 404, body: notFound(resource, name) };
    if (subresource === 'eviction') return evicted(this.store, this.running, name);
    if (subresource === 'scale') return scaled(this.store, asked, object);
    if (method === 'PATCH') return changed(this.store, asked, object, this.admit);
    return method === 'DELETE' ? deleted(this.store, this.running, asked, object) : { status: 200, body: object };
  }

  #watch({ resource, url, namespace }: Asked, response: ServerResponse): void {
    const after = Number(url.searchParams.get('resourceVersion') ?? 0);
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
    if (after < this.store.oldest) return void response.end(`${expired(after, this.store.oldest)}\n`);
    response.flushHeaders();
    const matches = matching(url, namespace);
    const write = ({ type, object }: StoredChange): void => {
      if (matches(object)) response.write(`${JSON.stringify({ type, object })}\n`);
    };
    const stop = this.store.follow(resource.plural, after, write);
    const watch: Watch = {
      plural: resource.plural,
      response,
      end: () => {
        stop();
        this.#watches.delete(watch);
      },
    };
    this.#watches.add(watch);
    response.once('close', watch.end);
  }

  #sendLog({ name = '', url }: Asked, response: ServerResponse): void {
    if (this.store.get('pods', name) === undefined) return send(response, 404, notFound(resourceOf('pods'), name));
    response.writeHead(200, { 'content-type': 'text/plain' });
    const log = this.log(name);
    if (url.searchParams.get('follow') !== 'true') return void response.end(log.text());
    response.flushHeaders();
    log.follow(response);
  }

  #review(body: unknown, response: ServerResponse): void {
    const spec = isObject(body) ? body['spec'] : undefined;
    const attributes = isObject(spec) ? spec['resourceAttributes'] : undefined;
    if (!isObject(attributes)) return send(response, 400, statusOf(400, 'BadRequest', 'no resourceAttributes'));
    const { verb, group = '', resource: plural, subresource } = attributes;
    const resource = RESOURCES.find((one) => one.group === group && one.plural === plural);
    const named = typeof subresource === 'string' ? subresource : undefined;
    const allowed = resource !== undefined && !this.#isDenied(String(verb), resource, named);
    send(response, 201, {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: {},
      spec: { resourceAttributes: attributes },
      status: { allowed },
    });
  }

  #isDenied(verb: string, resource: KubeResource, subresource: string | undefined): boolean {
    const name = qualifiedName(resource);
    return this.#denied.has(`${verb} ${subresource === undefined ? name : `${name}/${subresource}`}`);
  }
}
