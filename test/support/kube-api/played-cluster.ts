import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type KubeApi } from './kube-api.js';
import { isObject, type KubeObject } from './kube-object.js';
import { PlayedDeployment } from './played-deployment.js';
import { type PodMode } from './played-pod.js';
import { numberIn } from './kube-acts.js';
import { type StoredChange } from './kube-store.js';

/**
 * A cluster of two nodes on this machine for whoever makes a namespace, a Service with a port of every node, a Deployment and a budget: its
 * pods are processes, and the port of the nodes is a port of this machine. One Deployment at a time.
 */
export class PlayedCluster {
  #deployment: PlayedDeployment | undefined;
  readonly #ending = new Set<Promise<void>>();
  readonly #stop: readonly (() => void)[];

  private constructor(
    private readonly api: KubeApi,
    private readonly front: Server,
  ) {
    const { store } = api;
    for (const name of ['n1', 'n2']) store.create('nodes', nodeOf(name));
    const follow = (plural: string, reader: (change: StoredChange) => void) =>
      store.follow(plural, store.version, (change) => void setImmediate(() => reader(change)));
    this.#stop = [
      follow('services', (change) => this.#ofService(change)),
      follow('deployments', (change) => this.#ofDeployment(change)),
      follow('poddisruptionbudgets', (change) => this.#ofBudget(change)),
      follow('namespaces', (change) => this.#ofNamespace(change)),
    ];
    api.admit = (object) => this.#admit(object);
  }

  static async start(api: KubeApi): Promise<PlayedCluster> {
    const front = createServer();
    await once(front.listen(0, '127.0.0.1'), 'listening');
    return new PlayedCluster(api, front);
  }

  async close(): Promise<void> {
    for (const stop of this.#stop) stop();
    await Promise.all(this.#ending);
    await this.#deployment?.close();
    this.front.close();
  }

  get #port(): number {
    const address = this.front.address();
    if (address === null || typeof address === 'string') throw new Error('the front has no port');
    return address.port;
  }

  /** What the server adds to a Service before it is stored. */
  #admit(object: KubeObject): undefined {
    const { spec } = object;
    const ports: unknown = isObject(spec) ? spec['ports'] : undefined;
    const first: unknown = Array.isArray(ports) ? ports[0] : undefined;
    if (object.kind === 'Service' && isObject(first)) first['nodePort'] = this.#port;
  }

  #ofService({ type }: StoredChange): void {
    if (type === 'DELETED') this.front.getConnections(() => undefined);
  }

  #ofDeployment({ type, object }: StoredChange): void {
    const { api, front } = this;
    // It is told a moment later: the Deployment may be gone again.
    if (type === 'ADDED' && api.store.get('deployments', object.metadata.name) !== undefined) {
      const template = JSON.stringify(object['spec']);
      this.#deployment = new PlayedDeployment(
        { api, front, namespace: object.metadata.namespace },
        {
          mode: modeOf(template),
          graceSeconds: Number(/"terminationGracePeriodSeconds":(\d+)/.exec(template)?.[1] ?? 30),
          goneAfterMs: 200,
        },
        true,
      );
      this.#deployment.begin();
    }
    if (type !== 'DELETED') return;
    const ending = this.#deployment?.end() ?? Promise.resolve();
    this.#deployment = undefined;
    this.#ending.add(ending);
  }

  /** The controller counts the pods of a budget a moment after it was made or changed. */
  #ofBudget({ type, object }: StoredChange): void {
    const { name, generation = 1 } = object.metadata;
    if (type === 'DELETED' || numberIn(object['status'], 'observedGeneration') === generation) return;
    const healthy = [...this.api.running.values()].filter(({ isReady, isDeleted }) => isReady && !isDeleted).length;
    const needed = numberIn(object['spec'], 'minAvailable') ?? 0;
    const status = {
      observedGeneration: generation,
      disruptionsAllowed: Math.max(0, healthy - needed),
      currentHealthy: healthy,
      desiredHealthy: needed,
      expectedPods: healthy,
    };
    this.api.store.update('poddisruptionbudgets', name, (budget) => ({ ...budget, status }));
  }

  #ofNamespace({ object }: StoredChange): void {
    if (object.metadata.deletionTimestamp === undefined) return;
    const remove = async (): Promise<void> => {
      await this.#deployment?.end();
      await Promise.all(this.#ending);
      this.api.store.remove('namespaces', object.metadata.name);
    };
    void remove();
  }
}

function modeOf(template: string): PodMode {
  return template.includes('"sh","-c"') ? 'ignores-sigterm' : 'ends-well';
}

function nodeOf(name: string) {
  return {
    metadata: { name },
    spec: {},
    status: {
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: name },
      ],
      conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }],
    },
  };
}
