import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type KubeApi } from './kube-api.js';
import { isObject, type KubeObject } from './kube-object.js';
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
  /** How long a pod that ends well serves after SIGTERM. */
  readonly serveForMs?: number;
  /** How late the front port learns that a pod goes. */
  readonly routingLagMs?: number;
}

/**
 * A Deployment whose pods are processes of this machine, behind one port: a controller with `maxSurge: 1` and `maxUnavailable: 0`, its pods and
 * EndpointSlice in the API, and a router that learns late. It follows what the API is asked for, as the real one does.
 */
export class PlayedDeployment {
  readonly #pods = new Set<PlayedPod>();
  readonly #routed = new Set<PlayedPod>();
  readonly #options: Required<PlayedOptions>;
  #turn = 0;
  #count = 0;
  #rolls = 0;
  #isClosed = false;
  readonly #stopFollowing: () => void;

  private constructor(
    private readonly api: KubeApi,
    private readonly front: Server,
    options: PlayedOptions,
  ) {
    const mode = options.mode ?? 'ends-well';
    this.#options = {
      replicas: 2,
      nextMode: mode,
      graceSeconds: 10,
      progressDeadlineSeconds: 600,
      serveForMs: 1500,
      routingLagMs: 300,
      ...options,
      mode,
    };
    this.#createObjects();
    let hash = this.#hash;
    this.#stopFollowing = api.store.follow('deployments', api.store.version, () => {
      if (this.#isClosed || this.#hash === hash) return;
      hash = this.#hash;
      // The change is still being written.
      setImmediate(() => void this.#roll());
    });
    front.on('connection', (client) => this.#connect(client));
  }

  /** Resolves when its first pods are ready. */
  static async start(api: KubeApi, options: PlayedOptions = {}): Promise<PlayedDeployment> {
    const front = createServer();
    await once(front.listen(0, '127.0.0.1'), 'listening');
    const played = new PlayedDeployment(api, front, options);
    for (let index = 0; index < played.#options.replicas; index += 1) played.#create(played.#options.mode);
    await played.#until(() => played.#ready.length === played.#options.replicas);
    return played;
  }

  /** Where clients connect. */
  get address(): string {
    const address = this.front.address();
    if (address === null || typeof address === 'string') throw new Error('the front has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  /** Resolves when every pod is of the current template, and no other one is left. */
  async settled(): Promise<void> {
    await this.#until(() => this.#pods.size === this.#options.replicas && this.#ready.length === this.#pods.size);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopFollowing();
    for (const pod of this.#pods) pod.delete();
    await Promise.all([...this.#pods].map((pod) => pod.kill()));
    this.front.close();
  }

  get #ready(): PlayedPod[] {
    return [...this.#pods].filter(({ isReady, isDeleted, hash }) => isReady && !isDeleted && hash === this.#hash);
  }

  get #old(): PlayedPod[] {
    return [...this.#pods].filter(({ hash, isDeleted }) => hash !== this.#hash && !isDeleted);
  }

  get #object(): KubeObject {
    const object = this.api.store.get('deployments', 'orders');
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

  #createObjects(): void {
    const { replicas, graceSeconds, progressDeadlineSeconds } = this.#options;
    const { store } = this.api;
    store.create('deployments', {
      metadata: { name: 'orders', generation: 1, labels: { app: 'orders' } },
      spec: {
        replicas,
        selector: { matchLabels: { app: 'orders' } },
        template: {
          metadata: { labels: { app: 'orders' } },
          spec: {
            terminationGracePeriodSeconds: graceSeconds,
            containers: [{ name: 'app', image: 'registry.example/orders:1.0.0', command: ['node', 'dist/main.js'] }],
          },
        },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        progressDeadlineSeconds,
      },
      status: {
        observedGeneration: 1,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
      },
    });
    store.create('endpointslices', {
      metadata: { name: 'orders-abcde', labels: { 'kubernetes.io/service-name': 'orders' } },
      addressType: 'IPv4',
      endpoints: [],
    });
  }

  #create(mode: PodMode): PlayedPod {
    this.#count += 1;
    const { graceSeconds, serveForMs } = this.#options;
    const pod: PlayedPod = new PlayedPod({
      api: this.api,
      name: `orders-${this.#hash}-${this.#count}`,
      hash: this.#hash,
      mode,
      graceSeconds,
      serveForMs,
      template: this.#template,
      onChange: () => this.#tell(),
    });
    this.#pods.add(pod);
    void pod.gone.then(() => {
      this.#pods.delete(pod);
      this.#tell();
    });
    return pod;
  }

  /** Replaces pods of other templates, one after the other, until the template is another one again. */
  async #roll(): Promise<void> {
    this.#rolls += 1;
    const roll = this.#rolls;
    const isOver = (): boolean => this.#isClosed || roll !== this.#rolls;
    const isBack = [...this.#pods].some(({ hash, isDeleted }) => hash === this.#hash && !isDeleted);
    const mode = isBack ? this.#options.mode : this.#options.nextMode;
    this.#tell('ReplicaSetUpdated');
    for (const pod of this.#old) if (!pod.isReady) pod.delete();
    while (!isOver()) {
      if (this.#ready.length < this.#options.replicas) {
        const isReady = await this.#createReady(mode, isOver);
        if (isOver()) return;
        if (!isReady) return this.#tell('ProgressDeadlineExceeded');
      } else if (this.#old.length === 0) return this.#tell('NewReplicaSetAvailable');
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

  #connect(client: Socket): void {
    const pods = [...this.#routed];
    const pod = pods[(this.#turn += 1) % pods.length];
    client.on('error', () => client.destroy());
    if (pod?.port === undefined) return void client.resetAndDestroy();
    const upstream = connect({ port: pod.port, host: '127.0.0.1' });
    upstream.on('error', () => client.resetAndDestroy());
    client.pipe(upstream).pipe(client);
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  }

  /** Brings status and endpoints up to what is so. */
  #tell(reason?: string): void {
    const { store } = this.api;
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
    this.#route();
  }

  /** A new pod gets connections at once, one that goes still for a while. */
  #route(): void {
    for (const pod of this.#pods) {
      if (pod.isReady && !pod.isDeleted) this.#routed.add(pod);
    }
    for (const pod of this.#routed) {
      if (!pod.isDeleted) continue;
      setTimeout(() => this.#routed.delete(pod), this.#options.routingLagMs);
    }
  }

  async #until(isTrue: () => boolean): Promise<void> {
    while (!isTrue() && !this.#isClosed) await new Promise((resolve) => void setTimeout(resolve, 20));
  }
}
