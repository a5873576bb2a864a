import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type KubeApi } from './kube-api.js';
import { numberIn } from './kube-acts.js';
import { isObject, type KubeObject } from './kube-object.js';
import { createDeployment, freeNode } from './played-objects.js';
import { PlayedFront } from './played-front.js';
import { PlayedPod, type PodMode } from './played-pod.js';

/** What is played. */
export interface PlayedOptions {
  readonly replicas?: number;
  /** Of the pods that are there at the start. */
  readonly mode?: PodMode;
  /** Of those that an update makes; the same when left out. */
  readonly nextMode?: PodMode;
  readonly graceSeconds?: number;
  readonly progressDeadlineSeconds?: number;
  /** How late the front port learns that a pod goes. */
  readonly routingLagMs?: number;
  readonly goneAfterMs?: number;
}

/** Where it is played. */
export interface PlayedPlace {
  readonly api: KubeApi;
  readonly front: Server;
  readonly namespace: string;
}

/**
 * A Deployment whose pods are processes of this machine, behind one port: a controller with `maxSurge: 1` and `maxUnavailable: 0`, its pods and
 * EndpointSlice in the API, and a router that learns late. It follows what the API is asked for, as the real one does.
 */
export class PlayedDeployment {
  readonly #pods = new Set<PlayedPod>();
  readonly #front: PlayedFront;
  readonly #options: Required<PlayedOptions>;
  #count = 0;
  #rolls = 0;
  #isClosed = false;
  #isRolling = false;
  readonly #stopFollowing: () => void;

  /** @param isThere whether somebody else has made the Deployment */
  constructor(
    private readonly place: PlayedPlace,
    options: PlayedOptions,
    isThere = false,
  ) {
    const mode = options.mode ?? 'ends-well';
    this.#options = {
      replicas: 2,
      nextMode: mode,
      graceSeconds: 10,
      progressDeadlineSeconds: 600,
      routingLagMs: 300,
      goneAfterMs: 600,
      ...options,
      mode,
    };
    const { api, front } = place;
    if (!isThere) createDeployment(api, this.#options);
    this.#createSlice();
    let hash = this.#hash;
    this.#stopFollowing = api.store.follow('deployments', api.store.version, ({ type }) => {
      // What it was about to do to its pods is not done any more.
      if (type === 'DELETED') this.#isClosed = true;
      if (this.#isClosed) return;
      if (this.#hash === hash) return void setImmediate(() => this.#reconcile());
      hash = this.#hash;
      // The change is still being written.
      setImmediate(() => void this.#roll());
    });
    this.#front = new PlayedFront(front, this.#pods, this.#options.routingLagMs);
  }

  /** Resolves when its first pods are ready. */
  static async start(api: KubeApi, options: PlayedOptions = {}): Promise<PlayedDeployment> {
    const front = createServer();
    await once(front.listen(0, '127.0.0.1'), 'listening');
    const played = new PlayedDeployment({ api, front, namespace: api.namespace }, options);
    played.begin();
    await played.#until(() => played.#ready.length === played.#options.replicas);
    return played;
  }

  /** Makes its first pods. */
  begin(): void {
    for (let index = 0; index < this.#replicas; index += 1) this.#create(this.#options.mode);
    this.#tell();
  }

  /** Where clients connect. */
  get address(): string {
    const address = this.place.front.address();
    if (address === null || typeof address === 'string') throw new Error('the front has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves when every pod is of the current template, and no other one is left. */
  async settled(): Promise<void> {
    await this.#until(() => this.#pods.size === this.#replicas && this.#ready.length === this.#pods.size);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopFollowing();
    for (const pod of this.#pods) pod.delete();
    await Promise.all([...this.#pods].map((pod) => pod.kill()));
    this.#front.close();
    this.place.front.close();
  }

  /** The Deployment is no more: its pods end as they do, and others may have the front. */
  async end(): Promise<void> {
    this.#isClosed = true;
    this.#stopFollowing();
    const pods = [...this.#pods];
    for (const pod of pods) pod.delete();
    this.#front.end();
    await Promise.all(pods.map(({ gone }) => gone));
    this.#front.close();
    this.place.api.store.remove('endpointslices', 'orders-abcde');
  }

  get #ready(): PlayedPod[] {
    return [...this.#pods].filter(({ isReady, isDeleted, hash }) => isReady && !isDeleted && hash === this.#hash);
  }

  get #old(): PlayedPod[] {
    return [...this.#pods].filter(({ hash, isDeleted }) => hash !== this.#hash && !isDeleted);
  }

  get #object(): KubeObject {
    const object = this.place.api.store.get('deployments', 'orders');
    if (object === undefined) throw new Error('the Deployment is gone');
    return object;
  }

  get #template(): unknown {
    const { spec } = this.#object;
    return isObject(spec) ? spec['template'] : undefined;
  }

  get #hash(): string {
    return createHash('sha256').update(JSON.stringify(this.#template)).digest('hex').slice(0, 10);
  }

  /** As the Deployment has it now. */
  get #replicas(): number {
    return numberIn(this.#object['spec'], 'replicas') ?? 1;
  }

  #createSlice(): void {
    const { api, namespace } = this.place;
    api.store.create('endpointslices', {
      metadata: { name: 'orders-abcde', namespace, labels: { 'kubernetes.io/service-name': 'orders' } },
      addressType: 'IPv4',
      endpoints: [],
    });
  }

  #create(mode: PodMode): PlayedPod {
    this.#count += 1;
    const { graceSeconds, goneAfterMs } = this.#options;
    const pod: PlayedPod = new PlayedPod({
      api: this.place.api,
      namespace: this.place.namespace,
      node: freeNode(this.place.api, this.#pods),
      goneAfterMs,
      name: `orders-${this.#hash}-${this.#count}`,
      hash: this.#hash,
      mode,
      graceSeconds,
      template: this.#template,
      onChange: () => {
        this.#tell();
        setImmediate(() => this.#reconcile());
      },
    });
    this.#pods.add(pod);
    void pod.gone.then(() => {
      this.#pods.delete(pod);
      this.#tell();
    });
    return pod;
  }

  /** Replaces pods that were deleted, and ends those that are too many: what a ReplicaSet does. */
  #reconcile(): void {
    if (this.#isClosed || this.#isRolling) return;
    const own = [...this.#pods].filter(({ isDeleted, hash }) => !isDeleted && hash === this.#hash);
    for (let missing = this.#replicas - own.length; missing > 0; missing -= 1) this.#create(this.#options.mode);
    for (const pod of own.slice(this.#replicas)) pod.delete();
    if (own.length !== this.#replicas) this.#tell();
  }

  /** Replaces pods of other templates, one after the other, until the template is another one again. */
  async #roll(): Promise<void> {
    this.#isRolling = true;
    this.#rolls += 1;
    const roll = this.#rolls;
    const isOver = (): boolean => this.#isClosed || roll !== this.#rolls;
    const isBack = [...this.#pods].some(({ hash, isDeleted }) => hash === this.#hash && !isDeleted);
    const mode = isBack ? this.#options.mode : this.#options.nextMode;
    this.#tell('ReplicaSetUpdated');
    for (const pod of this.#old) if (!pod.isReady) pod.delete();
    while (!isOver()) {
      if (this.#ready.length < this.#replicas) {
        const isReady = await this.#createReady(mode, isOver);
        if (isOver()) return;
        if (!isReady) return this.#tell('ProgressDeadlineExceeded');
      } else if (this.#old.length === 0) {
        this.#isRolling = false;
        return this.#tell('NewReplicaSetAvailable');
      }
      this.#old[0]?.delete();
      this.#tell();
    }
  }

  async #createReady(mode: PodMode, isOver: () => boolean): Promise<boolean> {
    const pod = this.#create(mode);
    const deadline = Date.now() + this.#options.progressDeadlineSeconds * 1000;
    await this.#until(() => pod.isReady || isOver() || Date.now() > deadline);
    return pod.isReady;
  }

  /** Brings status and endpoints up to what is so. */
  #tell(reason?: string): void {
    const { store } = this.place.api;
    const own = [...this.#pods].filter(({ isDeleted }) => !isDeleted);
    const available = own.filter(({ isReady }) => isReady).length;
    store.update('deployments', 'orders', (object) => ({
      ...object,
      status: {
        ...(isObject(object['status']) ? object['status'] : {}),
        observedGeneration: object.metadata.generation,
        replicas: own.length,
        updatedReplicas: own.filter(({ hash }) => hash === this.#hash).length,
        readyReplicas: available,
        availableReplicas: available,
        ...(reason !== undefined && {
          conditions: [
            { type: 'Progressing', status: reason === 'ProgressDeadlineExceeded' ? 'False' : 'True', reason },
          ],
        }),
      },
    }));
    const endpoints = [...this.#pods].map(({ name, isReady, isDeleted }) => ({
      addresses: ['10.244.0.1'],
      conditions: { ready: isReady && !isDeleted, serving: isReady, terminating: isDeleted },
      targetRef: { kind: 'Pod', name },
    }));
    store.update('endpointslices', 'orders-abcde', (slice) => ({ ...slice, endpoints }));
    this.#front.route();
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue() && !this.#isClosed) await new Promise((resolve) => void setTimeout(resolve, 20));
  }
}
