import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Access } from '../../libs/rollout/src/real-cluster/api/access.js';
import { readArguments } from '../cluster/arguments.js';
import { runClusterTest } from '../cluster/run.js';
import { type World } from '../cluster/world.js';
import { accessTo } from './kube-api/access.js';
import { KubeApi } from './kube-api/kube-api.js';
import { PlayedCluster } from './kube-api/played-cluster.js';

/** The test of a cluster, played on an API of our own with processes as its pods. Close it after the test. */
export class ClusterTestWorld {
  readonly said: string[] = [];
  readonly interrupted = new AbortController();

  private constructor(
    readonly api: KubeApi,
    private readonly cluster: PlayedCluster,
    /** Where the ledgers go. */
    readonly folder: string,
  ) {}

  static async start(): Promise<ClusterTestWorld> {
    const api = await KubeApi.start();
    const folder = await mkdtemp(join(tmpdir(), 'cluster-test-'));
    return new ClusterTestWorld(api, await PlayedCluster.start(api), folder);
  }

  async close(): Promise<void> {
    await this.cluster.close();
    await this.api.close();
    await rm(this.folder, { recursive: true });
  }

  /** Resolves with the exit code. */
  play(args: readonly string[], more: Partial<World> = {}, env: Record<string, string> = {}): Promise<number> {
    const all = ['--rate', '100', '--reports', this.folder, ...args];
    return runClusterTest(readArguments(all, { IMAGE: 'registry.example/demo:1', ...env }), {
      access: async () => accessTo(this.api),
      say: (line) => this.said.push(line),
      ask: undefined,
      runTool: async () => undefined,
      signal: this.interrupted.signal,
      warmUp: '500ms',
      coolDown: '100ms',
      ...more,
    });
  }

  /** As somebody else would name it, far away. */
  async farAccess(): Promise<Access> {
    const access = accessTo(this.api, { server: new URL(`https://[::ffff:127.0.0.1]:${this.api.port}`) });
    const options = async () => ({ ...(await access.options()), checkServerIdentity: () => undefined });
    return { ...access, context: 'staging', options };
  }

  get changes(): string[] {
    return this.api.requests.filter((line) => !line.startsWith('GET'));
  }

  /** What is still there of what was made, and nodes that are cordoned. */
  get leftBehind(): string[] {
    const { store } = this.api;
    const made = ['namespaces', 'deployments', 'services', 'poddisruptionbudgets', 'pods'].flatMap((plural) =>
      store.list(plural).map(({ metadata }) => `${plural} ${metadata.name}`),
    );
    const cordoned = store.list('nodes').filter((node) => JSON.stringify(node).includes('unschedulable'));
    return [...made, ...cordoned.map(({ metadata }) => `cordoned ${metadata.name}`)];
  }
}
