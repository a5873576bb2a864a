import { randomBytes } from 'node:crypto';
import { isRecord } from '../../libs/lifecycle/src/options/index.js';
import { elapsed, systemClock } from '../../libs/rollout/src/clock/clock.js';
import { type ApiClient } from '../../libs/rollout/src/real-cluster/api/api-client.js';
import { ClusterError } from '../../libs/rollout/src/real-cluster/api/cluster-error.js';
import { type PodObject, readPod } from '../../libs/rollout/src/real-cluster/api/objects.js';
import { paths, selectorText } from '../../libs/rollout/src/real-cluster/api/resources.js';
import { findDeployment } from '../../libs/rollout/src/real-cluster/target/find-deployment.js';
import { rolloutState } from '../../libs/rollout/src/real-cluster/target/rollout-state.js';
import { budgetOf, deploymentOf, LABELS, NAME, namespaceOf, type RunImage, serviceOf } from './objects.js';
import { type Adapter, type Scene } from './scene.js';

const AGAIN_MS = 500;
/** Pods of the demo start within some seconds; an image may have to be pulled. */
const READY_WITHIN_MS = 180_000;
/** Beyond the grace period. */
const GONE_WITHIN_MS = 60_000;
const REMOVED_WITHIN_MS = 180_000;

/** A kubelet says these of an image that it will not get. */
const NO_IMAGE = /^(ErrImageNeverPull|ErrImagePull|ImagePullBackOff|InvalidImageName)$/;

/** A namespace that is made for one run, with one Service, and one Deployment after the other. */
export class TestNamespace {
  readonly name = `lifecycle-test-${randomBytes(4).toString('hex')}`;
  #nodePort = 0;

  constructor(
    private readonly client: ApiClient,
    /** Fires when the user wants no more. */
    private readonly signal: AbortSignal,
  ) {}

  /** The port of every node that leads to the pods. */
  get nodePort(): number {
    return this.#nodePort;
  }

  /** @throws ClusterError when it is refused */
  async create(nodePort: number | undefined): Promise<void> {
    await this.#create(paths.namespaces, namespaceOf(this.name), `namespace ${this.name}`);
    const service = await this.#create(paths.services(this.name), serviceOf(nodePort), `service ${NAME}`);
    const spec = isRecord(service) ? service['spec'] : undefined;
    const ports: unknown = isRecord(spec) ? spec['ports'] : undefined;
    const first: unknown = Array.isArray(ports) ? ports[0] : undefined;
    const chosen = isRecord(first) ? first['nodePort'] : undefined;
    if (typeof chosen !== 'number')
      throw new ClusterError('foreign-answer', 'the Service was given no port of the nodes');
    this.#nodePort = chosen;
  }

  /**
   * Makes the Deployment of a scene, and its budget, and waits until all pods are ready.
   *
   * @throws ClusterError when they do not become ready, saying what they wait for
   */
  async deploy(scene: Scene, adapter: Adapter, image: RunImage): Promise<void> {
    await this.#create(paths.deployments(this.name), deploymentOf(scene, adapter, image), `deployment ${NAME}`);
    if (scene.budget !== undefined) {
      await this.#create(paths.budgets(this.name), budgetOf(NAME, scene.budget), `budget ${NAME}`);
    }
    let waiting = '';
    const isReady = await this.#until(READY_WITHIN_MS, async () => {
      waiting = whatIsWaitedFor(await this.pods());
      return rolloutState(await findDeployment(this.client, this.name, NAME)) === 'complete';
    });
    if (this.signal.aborted) throw new ClusterError('refused', 'interrupted while its pods were starting');
    if (!isReady) throw new ClusterError('refused', `the pods are not ready within 3 minutes${waiting}`);
  }

  /** Deletes the Deployment and its budget, and waits until its last pod is gone. */
  async clear(scene: Scene): Promise<void> {
    await this.#delete(paths.deployment(this.name, NAME), 'deployment');
    await this.#delete(`${paths.budgets(this.name)}/${NAME}`, 'budget');
    const isGone = await this.#until(scene.graceSeconds * 1000 + GONE_WITHIN_MS, async () => {
      const pods = await this.pods();
      return pods.length === 0;
    });
    if (!isGone && !this.signal.aborted) throw new ClusterError('refused', 'its pods do not go');
  }

  async pods(): Promise<PodObject[]> {
    const query = { labelSelector: selectorText(LABELS), limit: '500' };
    const answer = await this.client.send({ method: 'GET', path: paths.pods(this.name), query, what: 'list pods' });
    const items: unknown = isRecord(answer) ? answer['items'] : undefined;
    return Array.isArray(items) ? items.flatMap((item: unknown) => readPod(item) ?? []) : [];
  }

  /**
   * Deletes it with all that is in it, and waits until it is gone, whatever the user wants meanwhile.
   *
   * @throws ClusterError when it cannot
   */
  async remove(): Promise<void> {
    const path = paths.namespace(this.name);
    await this.#delete(path, 'namespace');
    const never = new AbortController();
    const isGone = await until(REMOVED_WITHIN_MS, never.signal, async () => {
      try {
        await this.client.send({ method: 'GET', path, what: `get namespace ${this.name}` });
        return false;
      } catch (error) {
        if (error instanceof ClusterError && error.code === 'not-found') return true;
        throw error;
      }
    });
    if (!isGone) throw new ClusterError('timed-out', `the namespace ${this.name} is still being deleted`);
  }

  async #create(path: string, body: object, what: string): Promise<unknown> {
    return this.client.send({ method: 'POST', path, body, what: `create ${what}` });
  }

  /** What is not there needs no deletion. */
  async #delete(path: string, what: string): Promise<void> {
    const query = { propagationPolicy: 'Background' };
    try {
      await this.client.send({ method: 'DELETE', path, query, what: `delete the ${what}` });
    } catch (error) {
      if (!(error instanceof ClusterError) || error.code !== 'not-found') throw error;
    }
  }

  #until(ms: number, isSo: () => Promise<boolean>): Promise<boolean> {
    return until(ms, this.signal, isSo);
  }
}

/** Asks until it is so; `false` when it is not within that time, or `signal` fires. */
async function until(ms: number, signal: AbortSignal, isSo: () => Promise<boolean>): Promise<boolean> {
  const end = systemClock.now() + ms;
  while (!signal.aborted && systemClock.now() < end) {
    if (await isSo()) return true;
    await elapsed(systemClock, AGAIN_MS, signal);
  }
  return false;
}

/**
 * As in `: orders-1 waits: ContainerCreating`.
 *
 * @throws ClusterError for an image that will not come
 */
function whatIsWaitedFor(pods: readonly PodObject[]): string {
  const told = pods.flatMap((pod) => waitingOf(pod) ?? []);
  const missing = told.find(({ reason }) => NO_IMAGE.test(reason ?? ''));
  if (missing !== undefined) {
    throw new ClusterError(
      'refused',
      `the image cannot be had (${missing.reason}: ${missing.message}). Name one that the nodes have or can pull: IMAGE=registry.example/orders:1.0.0 npm run test:cluster`,
    );
  }
  const [first] = told;
  return first === undefined ? '' : `: ${first.pod} waits: ${first.reason ?? ''} ${first.message ?? ''}`.trimEnd();
}

interface Waiting {
  readonly pod: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
}

/** Why a pod does not run: its container waits, or no node takes it. */
function waitingOf({ metadata, status }: PodObject): Waiting | undefined {
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  const unscheduled = status?.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  if (waiting === undefined && unscheduled === undefined) return undefined;
  return { pod: metadata.name, ...unscheduled, ...waiting };
}
